// Light, dark or as the system says; folded menu; dense lists.
import { keep } from "./cookies.js";

const root = document.documentElement;

function mark() {
  const chosen = root.dataset.themeChosen === "yes" ? root.dataset.bsTheme : "auto";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  }
  for (const button of document.querySelectorAll("[data-density-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.densityChoice === root.dataset.density));
  }
}

function choose(theme) {
  const auto = theme === "auto";
  root.dataset.themeChosen = auto ? "no" : "yes";
  root.dataset.bsTheme = auto ? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light") : theme;
  keep("theme", auto ? "" : theme);
  mark();
}

export function foldSidebar() {
  root.dataset.sidebar = root.dataset.sidebar === "narrow" ? "wide" : "narrow";
  keep("sidebar", root.dataset.sidebar);
}

export function start() {
  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-choice]");
    if (theme) choose(theme.dataset.themeChoice);
    if (event.target.closest("[data-fold-sidebar]")) foldSidebar();
    const density = event.target.closest("[data-density-choice]");
    if (density) {
      root.dataset.density = density.dataset.densityChoice;
      keep("density", root.dataset.density);
      mark();
    }
  });
  document.addEventListener("htmx:afterSettle", mark);
  mark();
}
