// Before the first paint: the colours that the reader chose, and for the stylesheet the class `js`,
// so that nothing moves when what needs a script appears.
"use strict";

(() => {
  const THEMES = ["auto", "light", "dark"];
  const html = document.documentElement;
  let theme;

  function show(chosen) {
    theme = THEMES.includes(chosen) ? chosen : "auto";
    html.dataset.theme = theme;
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      meta.dataset.media ??= meta.media; // the scheme that this colour of the browser is meant for
      const fits = meta.dataset.media.includes(theme) ? "all" : "not all";
      meta.media = theme === "auto" ? meta.dataset.media : fits;
    }
  }
  // Where a page may not store anything, a choice lasts as long as the page.
  function store(key, value) {
    try {
      if (!value) return localStorage.getItem(key);
      localStorage.setItem(key, value);
    } catch {}
    return value;
  }

  html.classList.add("js");
  show(store("carrel:theme"));
  window.carrel = {
    store,
    theme: () => theme,
    nextTheme: () => show(store("carrel:theme", THEMES[(THEMES.indexOf(theme) + 1) % 3])),
  };
})();
