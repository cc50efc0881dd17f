import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    stationsPort: number;
  }
}

/** The weather stations, which answer on loopback. */
export default async function ({ provide }: TestProject): Promise<() => void> {
  const server = createServer((request, response) => response.end(`${request.url?.slice(1)} is dry`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  provide("stationsPort", (server.address() as AddressInfo).port);
  return () => void server.close();
}
