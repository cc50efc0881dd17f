import type { TestProject } from "vitest/node";

export default function (project: TestProject) {
  project.provide("fromSetup" as never, "provided" as never);
  return () => {};
}
