import { describe, expect, test } from "vitest";
import { reportedRun } from "../../test/support/reported-run.ts";
import { choosePictures } from "./choose-pictures.ts";

const { report, answers } = reportedRun({ images: { train: 100, validation: 300, test: 0 } });
const limits = { errors: 6, suspects: 4, perCell: 3, all: 40 };
const chosen = choosePictures({ report, answers }, limits);

describe("the pictures of a page", () => {
  test("are judged as report.json has it", () => {
    const all = choosePictures({ report, answers }, { errors: 50, suspects: 0, perCell: 0, all: 50 });
    const { classes } = report;
    expect(
      all.errors.map(({ name, truth, said, probability, probabilityOfTruth }) => {
        return { name, truth: classes[truth], said: classes[said], probability, probabilityOfTruth };
      }),
    ).toEqual(report.validation.mostWrong);
  });

  test("are those of each cell, as many as the matrix counts", () => {
    for (const { truth, said, shown, leftOut } of chosen.cells) {
      expect(shown.length + leftOut.length).toBe(report.validation.confusionMatrix[truth]![said]);
      for (const picture of [...shown, ...leftOut]) expect(picture).toMatchObject({ truth, said });
    }
  });

  test("are no more than allowed, in all and of a cell, each once", () => {
    expect(chosen.errors).toHaveLength(6);
    expect(chosen.suspects).toHaveLength(4);
    expect(chosen.all).toHaveLength(40);
    expect(new Set(chosen.all).size).toBe(40);
    for (const { shown } of chosen.cells) expect(shown.length).toBeLessThanOrEqual(3);
  });

  test("come from every cell with errors before any cell has two that are no top errors", () => {
    const wrong = report.validation.confusionMatrix.flatMap((row, truth) =>
      row.filter((count, said) => count > 0 && said !== truth),
    );
    const errors = chosen.cells.filter(({ truth, said }) => truth !== said);
    expect(errors).toHaveLength(wrong.length);
  });

  test("are the surest errors, and of what is right the least sure", () => {
    const { cells } = choosePictures({ report, answers }, { ...limits, all: 1000 });
    for (const { truth, said, shown, leftOut } of cells) {
      const order = [...shown, ...leftOut].map(({ probability }) => (truth === said ? probability : -probability));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
    expect(cells.filter(({ truth, said }) => truth === said)).toHaveLength(report.classes.length);
  });

  test("are of the test folder where there is one", () => {
    const tested = reportedRun({ images: { train: 50, validation: 50, test: 60 } });
    const names = new Set(tested.answers.pictures.filter(({ split }) => split === "test").map(({ name }) => name));
    for (const { name } of tested.chosen!.errors) expect(names).toContain(name);
  });
});
