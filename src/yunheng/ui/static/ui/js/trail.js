// The segments above a trail show one kind of entry.
export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-trail-kind]");
    if (!button) return;
    const trail = button.closest("[data-trail]");
    for (const other of trail.querySelectorAll("[data-trail-kind]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    for (const entry of trail.querySelectorAll("[data-kind]")) {
      entry.hidden = Boolean(button.dataset.trailKind) && entry.dataset.kind !== button.dataset.trailKind;
    }
  });
}
