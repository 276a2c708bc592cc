import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readFixture } from "../support/fixture.ts";
import { judged } from "./judged.ts";
import { checkPicture, type PreprocessingFixture } from "./preprocessing.ts";

const fixture = readFixture<PreprocessingFixture>("preprocessing");
const folder = fileURLToPath(new URL("../fixtures", import.meta.url));

describe("from a file to the tensor that enters", () => {
  test.each(fixture.images)("$file is Pillow's, timm's and TF-slim's", async (picture) => {
    expect(await judged(checkPicture(fixture, picture, folder))).toEqual({ compared: 12, over: [] });
  });

  test("a picture that is not there is a failed check", async () => {
    const { over } = await judged(checkPicture(fixture, { ...fixture.images[0]!, file: "images/none.png" }, folder));
    expect(over).toHaveLength(1);
  });
});
