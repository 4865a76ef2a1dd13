// Menus are <details data-drop>: they work without script; this closes them like menus.
function closeOthers(keep) {
  for (const menu of document.querySelectorAll("details[data-drop][open]")) {
    if (menu !== keep && !menu.contains(keep)) menu.open = false;
  }
}

export function closeOpenMenu() {
  const menu = document.querySelector("details[data-drop][open]");
  if (!menu) return false;
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}

export function start() {
  document.addEventListener("click", (event) => closeOthers(event.target.closest("details[data-drop]")));
  document.addEventListener("focusin", (event) => {
    const within = event.target.closest("details[data-drop]");
    if (within || event.target !== document.body) closeOthers(within);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) button.closest(".notice").remove();
  });
}
