// Runs before the first paint: shows the colours that the reader chose, and tells the stylesheet
// that scripts run, so that nothing moves when what needs them appears.
"use strict";

(() => {
  const THEMES = ["auto", "light", "dark"];
  const html = document.documentElement;
  let theme = "auto";

  function show(chosen) {
    theme = THEMES.includes(chosen) ? chosen : "auto";
    if (theme === "auto") delete html.dataset.theme;
    else html.dataset.theme = theme;
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      meta.dataset.media ??= meta.media; // for whom the colour of the browser's frame is meant
      const fits = meta.dataset.media.includes(theme);
      meta.media = theme === "auto" ? meta.dataset.media : fits ? "all" : "not all";
    }
  }

  // Where storage is closed to a page, as in some browsers for files, a choice lasts for the page.
  function store(key, value) {
    try {
      if (value === undefined) return localStorage.getItem(key);
      localStorage.setItem(key, value);
    } catch {}
    return null;
  }

  show(store("carrel:theme"));
  html.classList.add("js");
  addEventListener("storage", (event) => {
    if (event.key === "carrel:theme") show(event.newValue);
  });

  window.carrel = {
    store,
    theme: () => theme,
    nextTheme() {
      show(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]);
      store("carrel:theme", theme);
    },
  };
})();
