// What comes back from the server: a whole page where a fragment was asked for means the session has ended.
export function start() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (/^\s*<!doctype/i.test(event.detail.serverResponse)) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    document.querySelector("#notices [data-focus]")?.focus();
  });
  document.querySelector("main [data-focus]")?.focus();
}
