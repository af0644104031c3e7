// Runs before the first paint, so that the page never shows in another scheme first.
(function () {
  var root = document.documentElement;
  var keep = { scheme: 'color-mode', board: 'board-theme', layout: 'message-layout', density: 'density' };
  try {
    for (var name in keep) {
      var value = localStorage.getItem('clickclack:' + keep[name] + ':v1');
      if (value && value !== 'system') root.dataset[name] = value;
    }
  } catch {
    // Storage may be closed to us: the defaults are good.
  }
  var theme = location.pathname.indexOf('/embed/') === 0 && new URLSearchParams(location.search).get('theme');
  if (theme === 'light' || theme === 'dark') root.dataset.scheme = theme;
})();
