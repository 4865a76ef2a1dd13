// Runs before the first paint: says that scripts work and which appearance is wanted.
(function () {
  var root = document.documentElement;
  root.classList.add("script");
  if (!root.dataset.bsTheme) {
    var dark = window.matchMedia("(prefers-color-scheme: dark)");
    var follow = function () {
      if (root.dataset.themeChosen !== "yes") root.dataset.bsTheme = dark.matches ? "dark" : "light";
    };
    follow();
    dark.addEventListener("change", follow);
  } else {
    root.dataset.themeChosen = "yes";
  }
})();
