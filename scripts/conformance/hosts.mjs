// How the tests of a project are run: by the real Vitest, and by each host of ours.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../bench/peer.mjs";

/** Vitest 5 needs Node.js 22.12; the npm package carries the executable. */
const packagedNode = join(repository, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
const node = existsSync(packagedNode) ? packagedNode : process.execPath;

/** The config of a project with our pool. */
const CONFIG = "wpt.config.ts";

const withPool = (imported, worker) => `import { cloudflareTest } from "${imported}";
import config from "./vitest.config.ts";

export default { ...config, plugins: [...(config.plugins ?? []), cloudflareTest({ miniflare: ${JSON.stringify(worker)} })] };
`;

const inNode = (modules) => [node, join(modules, "vitest", "vitest.mjs"), "run"];

/** Hosts of ours by name: each prepares a copy of a project and says what is executed in it. */
export const hosts = {
  test: {
    title: "`wpt-gen test`",
    prepare: (folder, { worker }) => writeFileSync(join(folder, CONFIG), withPool("@cloudflare/vitest-plugin", worker)),
    command: (binary) => [binary, "test", `--config=${CONFIG}`],
  },
  pool: {
    title: "`vitest` with `wpt-gen/vitest`",
    prepare: (folder, { worker }) => writeFileSync(join(folder, CONFIG), withPool("wpt-gen/vitest", worker)),
    command: (_binary, modules) => [...inNode(modules), `--config=${CONFIG}`],
  },
};

/** Vitest's own pool. */
export const vitest = {
  prepare: () => {},
  command: (_binary, modules) => inNode(modules),
};
