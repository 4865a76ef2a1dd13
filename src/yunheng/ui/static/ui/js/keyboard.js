// j k x o Enter n p / ? [ — the list under the hand. Keys do nothing while somebody types.
import { foldSidebar } from "./appearance.js";
import { openDrawer } from "./drawer.js";
import { closeOpenMenu } from "./menus.js";

function typing(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox";
}

function rows() {
  return [...document.querySelectorAll("[data-list] [data-row]")];
}

function current() {
  return document.querySelector("[data-list] [data-row][aria-current]");
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const before = current();
  const place = before ? all.indexOf(before) + step : step > 0 ? 0 : all.length - 1;
  const next = all[Math.min(Math.max(place, 0), all.length - 1)];
  before?.removeAttribute("aria-current");
  next.setAttribute("aria-current", "true");
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const actions = {
  j: () => move(1),
  k: () => move(-1),
  x: () => current()?.querySelector("input[type=checkbox]")?.click(),
  o: () => {
    const row = current();
    const look = row?.querySelector("a[data-drawer].look-link");
    if (look) openDrawer(look.href, row);
    else row?.querySelector("a[data-open]")?.click();
  },
  Enter: () => current()?.querySelector("a[data-open]")?.click(),
  n: () => document.querySelector("[data-list] a[rel=next]")?.click(),
  p: () => document.querySelector("[data-list] a[rel=prev]")?.click(),
  "/": () => document.querySelector("[data-list] input[type=search]")?.focus(),
  "?": showKeys,
  "[": foldSidebar,
};

export function showKeys() {
  const dialog = document.getElementById("keys");
  if (dialog && !dialog.open) dialog.showModal();
}

export function start() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && closeOpenMenu()) return;
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && !event.target.matches("[data-row]")) return;
    const act = actions[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) showKeys();
    const close = event.target.closest("[data-close]");
    if (close) close.closest("dialog")?.close();
    if (event.target.matches("dialog.palette, dialog.keys")) event.target.close();
  });
}
