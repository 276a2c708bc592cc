// Elements of the page by their names. An element that is not there is a mistake of ours.

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`internal: the page has no ${kind.name} "${id}"`);
  return found;
}

/**
 * A new element with text in it: text alone, so a class may be named as it likes.
 *
 * @param {string} tag
 * @param {string} text
 * @param {string} className
 */
export function textElement(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className !== "") made.className = className;
  return made;
}
