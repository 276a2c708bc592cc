import { readFixture } from "../support/fixture.ts";
import { checkKerasPrograms } from "./keras-programs.ts";
import { show } from "./zz-scratch.ts";
const f = readFixture<any>("keras-programs");
await show(checkKerasPrograms(f));
