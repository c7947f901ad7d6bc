// Keys go to the workbench from the first moment on, and again when the page comes back into view.
(() => {
  const focus = () => document.querySelector(".xterm-helper-textarea")?.focus();
  new MutationObserver(focus).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  window.addEventListener("focus", focus);
  window.addEventListener("load", focus);
})();
