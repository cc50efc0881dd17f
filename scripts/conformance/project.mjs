// A project of conformance/: copied for each host, and run as its conformance.json says.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { copyProject, readJson, repository } from "../../bench/peer.mjs";
import { hosts, vitest } from "./hosts.mjs";

const folder = join(repository, "conformance");
/** Where the copies are: below the repository, whose packages they find. */
const scratch = join(repository, "target", "conformance");

/** Each Vitest that is supported, and the folder of packages that has it. */
export const versions = {
  5.1: join(repository, "node_modules"),
  "5.0": join(folder, "vitest-5.0", "node_modules"),
  4.1: join(repository, "examples", "café counter", "node_modules"),
};

const LIMIT = 120_000;

export const projectNames = () =>
  readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "conformance.json")))
    .sort();

export class Project {
  constructor(name, version) {
    this.name = name;
    this.version = version;
    this.settings = { worker: {}, vitest: Object.keys(versions), hosts: Object.keys(hosts), runs: [{}], ...readJson(join(folder, name, "conformance.json")) };
    this.settings.worker = { compatibilityDate: "2025-11-01", ...this.settings.worker };
  }

  /** Whether it is run with this Vitest. */
  isFor(version) {
    return this.settings.vitest.includes(version);
  }

  /** Whether it is run under this host. */
  isUnder(host) {
    return this.settings.hosts.includes(host);
  }

  /** Runs a copy of it under a host: what came of each run. */
  async run(host, binary) {
    const modules = versions[this.version];
    const versionFolder = join(scratch, this.version);
    const copy = join(versionFolder, this.name, host);
    copyProject(join(folder, this.name), copy);
    link(join(modules, "vitest"), join(versionFolder, "node_modules", "vitest"));
    const { prepare, command } = host === "vitest" ? vitest : hosts[host];
    prepare(copy, this.settings);
    const runs = [];
    for (const { name = "", arguments: more = [], env = {} } of this.settings.runs) {
      const report = join(versionFolder, this.name, `${host}.json`);
      rmSync(report, { force: true });
      const args = [...command(binary, modules), "--reporter=json", `--outputFile=${report}`, ...more];
      const { exitCode, output } = await execute(args, copy, { WPT_GEN_BINARY: binary, ...env });
      runs.push({ name, folder: copy, exitCode, output, report: existsSync(report) ? readJson(report) : undefined, files: filesOf(copy) });
    }
    return runs;
  }
}

function link(target, path) {
  if (existsSync(path)) return;
  mkdirSync(join(path, ".."), { recursive: true });
  symlinkSync(target, path);
}

/** Runs a program to its end, in an environment that is the same on every machine. */
function execute([program, ...args], cwd, more) {
  const { CI: _ci, GITHUB_ACTIONS: _actions, NODE_ENV: _mode, FORCE_COLOR: _color, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: "1", TZ: "UTC", ...more };
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: LIMIT, killSignal: "SIGKILL" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ exitCode: code ?? signal, output }));
  });
}

/** The text of every file of a copy that a run may have written. */
function filesOf(copy) {
  const left = /(?:^|\/)(?:node_modules|\.wpt|\.vite)(?:\/|$)|^wpt\.config\.ts$/;
  const names = readdirSync(copy, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(copy.length + 1))
    .filter((name) => !left.test(name))
    .sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(copy, name), "latin1")]));
}
