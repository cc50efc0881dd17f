import { getAssetFromKV, mapRequestToAsset, MethodNotAllowedError, NotFoundError } from "@cloudflare/kv-asset-handler";
import manifest from "__STATIC_CONTENT_MANIFEST";

const ASSET_MANIFEST = JSON.parse(manifest);

/** A museum's pages; `/en/…` and `/…` are the same ones. */
export default {
  async fetch(request, env, ctx) {
    const options = {
      ASSET_NAMESPACE: env.__STATIC_CONTENT,
      ASSET_MANIFEST,
      mapRequestToAsset: (request: Request) => mapRequestToAsset(new Request(request.url.replace("/en/", "/"), request)),
      cacheControl: { browserTTL: 60 },
    };
    try {
      return await getAssetFromKV({ request, waitUntil: (promise) => ctx.waitUntil(promise) }, options);
    } catch (error) {
      if (error instanceof NotFoundError) return new Response("No such exhibit", { status: 404 });
      if (error instanceof MethodNotAllowedError) return new Response("Look, do not touch", { status: 405 });
      throw error;
    }
  },
} satisfies ExportedHandler<Env>;
