// A list that fits its page keeps its head in sight; one that does not scrolls sideways within its frame.
function measure() {
  for (const wrap of document.querySelectorAll(".table-wrap")) {
    wrap.classList.remove("fits");
    wrap.classList.toggle("fits", wrap.scrollWidth <= wrap.clientWidth);
  }
}

export function start() {
  measure();
  window.addEventListener("resize", measure);
  document.addEventListener("htmx:afterSettle", measure);
}
