import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { Response } from "miniflare";
import { defineConfig } from "vitest/config";
import { forecast } from "./test/forecast";

export default defineConfig({
  plugins: [
    cloudflareTest(({ inject }) => ({
      wrangler: { configPath: "./wrangler.jsonc" },
      miniflare: {
        bindings: { STATIONS_URL: `http://127.0.0.1:${inject("stationsPort")}` },
        serviceBindings: {
          FORECAST: forecast,
          async ECHO(request) {
            return new Response(await request.arrayBuffer(), { headers: { "X-Method": request.method, "X-URL": request.url } });
          },
          // Answers before it has heard everything.
          RELAY: (request) => new Response(request.body),
          STATIONS: { external: { address: `127.0.0.1:${inject("stationsPort")}`, http: {} } },
        },
        outboundService(request) {
          const { hostname, pathname } = new URL(request.url);
          if (hostname === "broken.example") throw new Error("the wire is cut");
          return Response.json({ asked: `${hostname}${pathname}`, degrees: 21 });
        },
      },
    })),
  ],
  test: { globalSetup: ["./test/global-setup.ts"] },
});
