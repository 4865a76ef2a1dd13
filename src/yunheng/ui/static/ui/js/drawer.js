// A link with data-drawer shows its address in the drawer at the right. The address bar follows, so that what the
// drawer shows can be shared; opened on its own the same address is an ordinary page.
const frame = document.getElementById("drawer-frame");
const body = document.getElementById("drawer");
let opener = null;
let home = location.href;

function template(id) {
  return document.getElementById(id).content.cloneNode(true);
}

function load(address) {
  body.replaceChildren(template("drawer-waiting"));
  frame.querySelector("[data-drawer-page]").href = address;
  if (!frame.open) frame.showModal();
  frame.scrollTop = 0;
  return window.htmx.ajax("GET", address, { target: "#drawer", swap: "innerHTML" });
}

export function openDrawer(address, from = document.activeElement) {
  if (!frame || !window.htmx) {
    location.href = address;
    return;
  }
  if (!frame.open) {
    opener = from;
    home = location.href;
  }
  history.pushState({ drawer: address }, "", address);
  load(address);
}

function shut() {
  if (frame.open) frame.close();
  body.replaceChildren();
  if (opener && opener.isConnected) opener.focus();
  opener = null;
}

// Back to the page beneath: its address returns, the way through the drawer is one step of history.
export function closeDrawer() {
  if (!frame || !frame.open) return false;
  if (location.href !== home) history.pushState({}, "", home);
  shut();
  return true;
}

function plainClick(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

export function start() {
  if (!frame) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-drawer]");
    if (link && plainClick(event) && !event.defaultPrevented) {
      event.preventDefault();
      openDrawer(link.href, link);
    } else if (event.target.closest("#drawer-frame [data-close]") || event.target === frame) {
      closeDrawer();
    }
  });
  frame.addEventListener("cancel", (event) => {
    event.preventDefault();
    closeDrawer();
  });
  frame.querySelector("[data-drawer-copy]").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    await navigator.clipboard.writeText(location.href);
    button.title = button.dataset.done;
    button.setAttribute("aria-label", button.dataset.done);
    button.classList.add("is-done");
  });
  window.addEventListener("popstate", (event) => {
    if (event.state && event.state.drawer) load(event.state.drawer);
    else if (frame.open) shut();
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.target === body) body.replaceChildren(template("drawer-failed"));
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === body) body.querySelector("[data-focus]")?.focus();
  });
}
