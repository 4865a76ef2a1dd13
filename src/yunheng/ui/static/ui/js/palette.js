// Ctrl+K: the pages of the menu, found by any part of their name.
const dialog = document.getElementById("palette");

function options() {
  return [...dialog.querySelectorAll("[role=option]:not([hidden])")];
}

function select(option) {
  for (const other of dialog.querySelectorAll("[aria-selected=true]")) other.removeAttribute("aria-selected");
  const words = dialog.querySelector("input");
  if (!option) {
    words.removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  words.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function narrow() {
  const wanted = dialog.querySelector("input").value.trim().toLowerCase().split(/\s+/);
  for (const option of dialog.querySelectorAll("[role=option]")) {
    const words = option.dataset.words.toLowerCase();
    option.hidden = !wanted.every((part) => words.includes(part));
  }
  const found = options();
  dialog.querySelector(".palette-none").hidden = found.length > 0;
  select(found[0]);
}

function step(by) {
  const all = options();
  const place = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  select(all[(place + by + all.length) % all.length]);
}

export function openPalette() {
  if (!dialog || dialog.open) return;
  dialog.querySelector("input").value = "";
  narrow();
  dialog.showModal();
}

export function start() {
  if (!dialog) return;
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) openPalette();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
    }
  });
  dialog.querySelector("input").addEventListener("input", narrow);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter") dialog.querySelector("[aria-selected=true] a")?.click();
    else return;
    event.preventDefault();
  });
}
