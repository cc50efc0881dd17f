// Sets a project up with the peer: a copy in a scratch folder, with the generation of Cloudflare's Vitest integration that
// fits the project's own Vitest, and a Node.js that this Vitest accepts, all from npm at pinned versions.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const benchFolder = dirname(fileURLToPath(import.meta.url));
export const repository = dirname(benchFolder);
/** Everything the programs of this folder write, except the results. Ignored by git. */
export const workFolder = join(benchFolder, "work");

/** Vitest 5 needs Node.js 22.12; the npm package carries the executable. */
const nodePackage = { name: `node-${process.platform}-${process.arch}`, version: "22.23.3" };

/** The peer's package for a project's Vitest, by its major version. */
function peerPackage(vitestMajor) {
  return vitestMajor >= 4
    ? { name: "@cloudflare/vitest-plugin", version: "1.5.0" }
    : { name: "@cloudflare/vitest-pool-workers", version: "0.12.21" };
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Folders of the example projects, in name order. */
export function exampleFolders() {
  const examples = join(repository, "examples");
  return readdirSync(examples)
    .filter((name) => existsSync(join(examples, name, "package.json")))
    .sort()
    .map((name) => join(examples, name));
}

/** Copies a project, without what was installed or generated there, replacing all of `to` but its `node_modules`. */
export function copyProject(from, to) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(to)) {
    if (name !== "node_modules" && name !== "package-lock.json") {
      rmSync(join(to, name), { recursive: true });
    }
  }
  const left = new Set(["node_modules", ".wpt", ".wrangler", "package-lock.json"]);
  cpSync(from, to, { recursive: true, filter: (path) => path === from || !left.has(basename(path)) });
}

/** Copies `project` to `to` and installs the peer there. Returns how to run Vitest in it, and the versions installed. */
export function preparePeer(project, to, extraPackages = {}) {
  copyProject(project, to);
  const manifest = readJson(join(to, "package.json"));
  const peer = peerPackage(Number.parseInt(manifest.devDependencies.vitest, 10));
  manifest.devDependencies = {
    ...manifest.devDependencies,
    ...extraPackages,
    [peer.name]: peer.version,
    [nodePackage.name]: nodePackage.version,
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  writeFileSync(join(to, "package.json"), text);
  install(to, text);

  const modules = join(to, "node_modules");
  const version = (name) => readJson(join(modules, name, "package.json")).version;
  const node = join(modules, nodePackage.name, "bin", "node");
  return {
    folder: to,
    node,
    // `wrangler` and shebangs find this Node.js too.
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}`, PWD: to },
    vitest: [node, join(modules, "vitest", "vitest.mjs"), "run"],
    versions: {
      [peer.name]: version(peer.name),
      vitest: version("vitest"),
      vite: version("vite"),
      miniflare: version("miniflare"),
      workerd: version("workerd"),
      "node (peer)": nodePackage.version,
    },
  };
}

/** Runs the tests of a project that was set up with the peer. */
export function runPeer({ folder, env, vitest: [command, ...args] }, more = []) {
  return spawnSync(command, [...args, ...more], {
    cwd: folder,
    // CI: snapshots that are missing fail instead of being written.
    env: { ...env, CI: "1", NO_COLOR: "1" },
    encoding: "utf8",
    timeout: 300_000,
  });
}

/** Runs `npm install` unless it already ran for the same manifest. */
function install(folder, manifest) {
  const stamp = join(folder, "node_modules", ".installed-for.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === manifest) {
    return;
  }
  process.stderr.write(`installing in ${basename(folder)} ...\n`);
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = spawnSync("npm", args, { cwd: resolve(folder), stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) {
    throw new Error(`npm install failed in ${folder}: ${error?.message ?? `exit code ${status}`}`);
  }
  writeFileSync(stamp, manifest);
}
