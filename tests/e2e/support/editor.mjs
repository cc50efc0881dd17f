/**
 * Does with a project what an editor's extension does: through Vitest's own interface, in one process that stays. Says what came of it in lines.
 *
 *     node editor.mjs <vitest's dist/node.js> <file to edit> <text to find> <text to put there>
 */
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [, , entry, edited, from, to] = process.argv;
const { createVitest } = await import(pathToFileURL(entry).href);

const shown = (modules) =>
	modules
		.map((module) => `${module.relativeModuleId} ${module.state()}: ${[...module.children.allTests()].map((test) => `${test.name} ${test.result().state}`).join(", ")}`)
		.sort()
		.join("; ");
let ended = () => {};
const nextRun = () => new Promise((resolve) => (ended = resolve));
const reporter = { onTestRunEnd: (modules) => ended(modules) };

const vitest = await createVitest("test", { watch: true, reporters: [reporter], includeTaskLocation: true });
await vitest.standalone();

const specifications = await vitest.globTestSpecifications();
const collected = await vitest.collectTests(specifications);
console.log("collected", shown(collected.testModules));
const [first] = collected.testModules.filter(({ relativeModuleId }) => relativeModuleId.includes("a.test"));
console.log("located", [...first.children.allTests()].map(({ name, location }) => `${name} ${location.line}:${location.column}`).join(", "));

const ran = await vitest.runTestSpecifications(specifications.filter(({ moduleId }) => moduleId.includes("a.test")));
console.log("ran", shown(ran.testModules.filter((module) => module.state() !== "pending")));

let run = nextRun();
await vitest.rerunFiles([specifications.find(({ moduleId }) => moduleId.includes("b.test")).moduleId]);
console.log("ran again", shown(await run));

run = nextRun();
fs.writeFileSync(edited, fs.readFileSync(edited, "utf8").replace(from, to));
console.log("ran after the edit", shown(await run));

await vitest.close();
console.log("closed");
