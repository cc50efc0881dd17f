import { page } from "#lib/page";
import { notes, readers, version } from "virtual:release";
import up from "./up.svg";

export default {
	fetch: () => page(`Status ${version}`, `${up({ title: "up" })}<p>${notes.join(", ")}<p>${readers.add()} readers`),
} satisfies ExportedHandler;
