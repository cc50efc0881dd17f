// Runs an example under wpt-gen, which must pass it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readJson, repository } from "../../bench/peer.mjs";

/** The wpt-gen that was built last. */
export function newestBinary() {
  const built = ["release", "debug"].map((profile) => join(repository, "target", profile, "wpt-gen")).filter(existsSync);
  if (built.length === 0) throw new Error("there is no wpt-gen yet: run `cargo build`");
  return built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** What the JSON reporter writes of an example. */
export function reportOf(folder, binary) {
  const scratch = mkdtempSync(join(tmpdir(), "wpt-compatibility-"));
  try {
    const path = join(scratch, "report.json");
    const args = ["test", "--root", folder, "--reporter=default", "--reporter=json", `--outputFile=${path}`];
    const options = { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8", timeout: 120_000 };
    const { status, stdout, stderr } = spawnSync(binary, args, options);
    if (status !== 0) throw new Error(`${basename(folder)} does not pass:\n${stdout}${stderr}`);
    return readJson(path);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
