// A click on a column's title sorts by it: figures by their value, text by the alphabet.
// What has no figure comes last in either direction.
for (const table of document.querySelectorAll("table.sortable")) {
  const titles = [...table.tHead.rows[0].cells];
  titles.forEach((title, column) => title.querySelector("button").addEventListener("click", () => {
    const ascending = title.getAttribute("aria-sort") !== "ascending";
    const order = (row) => row.cells[column].dataset.order;
    const text = (row) => row.cells[column].textContent;
    const numeric = [...table.tBodies[0].rows].some((row) => order(row) !== undefined);
    const number = (row) => (order(row) === undefined ? NaN : Number(order(row)));
    const compare = (a, b) => {
      if (!numeric) {
        return text(a).localeCompare(text(b), "en", { numeric: true });
      }
      return number(a) === number(b) ? 0 : number(a) - number(b);
    };
    const missing = (row) => numeric && Number.isNaN(number(row));
    const rows = [...table.tBodies[0].rows].sort((a, b) =>
      missing(a) || missing(b) ? missing(a) - missing(b) : (ascending ? 1 : -1) * compare(a, b));
    titles.forEach((other) => other.removeAttribute("aria-sort"));
    title.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    table.tBodies[0].append(...rows);
  }));
}
