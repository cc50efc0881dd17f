import { name } from "./glob/deep/c";
import raw from "./glob/f.txt?raw";

export const lone = { name, raw };
