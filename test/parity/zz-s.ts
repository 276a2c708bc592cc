import { readFixture } from "../support/fixture.ts";
import { checkSteps } from "./steps.ts";
import { show } from "./zz-scratch.ts";
const f = readFixture<any>("steps");
await show(checkSteps({ ...f, cases: f.cases.filter((c: any) => !c.id.includes("adam-batch")) }));
