// The result as people read it: the most probable class in large letters, bars with numbers for the first few, all of
// them on demand.

import { element, textElement } from "./element.js";
import { percent, ranked, seconds } from "./words.js";

const shownAtFirst = 5;

/**
 * @typedef {object} AnswerView
 * @property {(probabilities: Float32Array, milliseconds: number, what: string, calm: boolean) => void} show - `calm` says
 * the first class aloud only where it is another one than before
 */

/**
 * @param {readonly string[]} names
 * @returns {AnswerView}
 */
export function answerIn(names) {
  const status = element("status", HTMLElement);
  const answer = element("answer", HTMLElement);
  const list = element("classes", HTMLOListElement);
  const all = element("all", HTMLButtonElement);
  const measured = element("measured", HTMLElement);
  const rows = names.slice(0, shownAtFirst).map(newRow);
  /** @type {Float32Array} */
  let shown = new Float32Array();
  let first = "";

  const fill = () => {
    const open = all.getAttribute("aria-expanded") === "true";
    const count = Math.min(names.length, open ? names.length : shownAtFirst);
    while (rows.length < count) rows.push(newRow());
    list.replaceChildren(...rows.slice(0, count).map(({ item }) => item));
    for (const [at, { name, probability }] of ranked(names, shown).slice(0, count).entries())
      fillRow(rows[at], name, probability);
    all.textContent = open ? `Show the first ${shownAtFirst} only` : `Show all ${names.length} classes`;
  };

  all.hidden = names.length <= shownAtFirst;
  all.addEventListener("click", () => {
    all.setAttribute("aria-expanded", String(all.getAttribute("aria-expanded") !== "true"));
    fill();
  });

  return {
    show(probabilities, milliseconds, what, calm) {
      shown = probabilities;
      const best = ranked(names, probabilities)[0];
      if (best === undefined) return;
      const said = calm && best.name === first && !answer.hidden;
      if (!said) status.textContent = calm ? best.name : `${best.name}, ${percent(best.probability)}`;
      first = best.name;
      status.className = "found";
      measured.textContent = `${what}, in ${seconds(milliseconds)}`;
      answer.hidden = false;
      fill();
    },
  };
}

/** Takes the last answer away. */
export function clearAnswer() {
  element("status", HTMLElement).className = "";
  element("answer", HTMLElement).hidden = true;
}

/**
 * @typedef {object} Row
 * @property {HTMLElement} item
 * @property {HTMLElement} name
 * @property {HTMLDataElement} share - its value is the probability in full
 * @property {HTMLElement} bar
 */

/** @returns {Row} */
function newRow() {
  const item = document.createElement("li");
  const name = textElement("span", "", "name");
  const share = document.createElement("data");
  share.className = "share";
  const bar = textElement("span", "", "bar");
  bar.setAttribute("aria-hidden", "true");
  item.append(name, " ", share, bar);
  return { item, name, share, bar };
}

/**
 * @param {Row | undefined} row
 * @param {string} name
 * @param {number} probability
 */
function fillRow(row, name, probability) {
  if (row === undefined) return;
  row.name.textContent = name;
  row.share.textContent = percent(probability);
  row.share.value = String(probability);
  row.bar.style.setProperty("--share", String(probability));
}
