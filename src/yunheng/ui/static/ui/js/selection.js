// Rows picked in a list stay picked while paging; the bar above the list says how many and what can be done.
function key(list) {
  return `yunheng.picked.${list.dataset.list}`;
}

function picked(list) {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(key(list)) || "[]"));
  } catch {
    return new Set();
  }
}

function show(list) {
  const chosen = picked(list);
  for (const box of list.querySelectorAll("input[data-pick]")) box.checked = chosen.has(box.value);
  const bar = list.querySelector("[data-bulk]");
  if (!bar) return;
  bar.hidden = chosen.size === 0;
  bar.querySelector("[data-picked]").textContent = String(chosen.size);
  const holder = bar.querySelector("[data-picked-values]");
  holder.replaceChildren(
    ...[...chosen].map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: "uid", value })),
  );
}

function keepPicked(list, chosen) {
  sessionStorage.setItem(key(list), JSON.stringify([...chosen]));
  show(list);
}

export function start() {
  const all = () => document.querySelectorAll("[data-list]");
  all().forEach(show);
  document.addEventListener("htmx:afterSettle", () => all().forEach(show));
  document.addEventListener("change", (event) => {
    const box = event.target.closest("input[data-pick]");
    if (!box) return;
    const list = box.closest("[data-list]");
    const chosen = picked(list);
    if (box.checked) chosen.add(box.value);
    else chosen.delete(box.value);
    keepPicked(list, chosen);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick-none]");
    if (button) keepPicked(button.closest("[data-list]"), new Set());
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-bulk]")) {
      sessionStorage.removeItem(key(event.target.closest("[data-list]")));
    }
  });
}
