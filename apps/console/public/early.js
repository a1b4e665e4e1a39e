// Before the first paint: the theme and the language that were chosen, so that nothing flashes. The content security
// policy allows no inline scripts, so it is a file. The names are those of src/preferences.
(function () {
  var page = document.documentElement;
  var stored = function (name) {
    try {
      return localStorage.getItem('isthmus.' + name);
    } catch {
      return null;
    }
  };
  var theme = stored('theme');
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  page.dataset.theme = dark ? 'dark' : 'light';
  page.lang = stored('language') || (/^zh/i.test(navigator.language) ? 'zh-CN' : 'en');
})();
