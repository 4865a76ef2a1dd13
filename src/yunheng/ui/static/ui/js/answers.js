// What goes to the server and comes back: no empty parameters in the address; a whole page where a fragment was
// asked for means the session has ended.
export function start() {
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    const sent = event.detail.formData;
    for (const name of new Set(sent.keys())) {
      if (sent.getAll(name).every((value) => value === "")) sent.delete(name);
    }
  });
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
