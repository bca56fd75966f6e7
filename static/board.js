// Asks for the page again when the board has changed, and puts the new board in place of the old one.
(function () {
  var board = document.getElementById("board"), timer, source;
  if (!board || !window.EventSource || !window.fetch) return;
  function refresh() {
    if (document.hidden || board.contains(document.activeElement)) { timer = setTimeout(refresh, 5000); return; }
    fetch(location.href, { headers: { Accept: "text/html" } }).then(function (answer) { return answer.ok ? answer.text() : ""; }).then(function (text) {
      var fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById("board");
      if (fresh) { board.replaceWith(fresh); board = fresh; document.getElementById("said").textContent = "页面已更新。"; }
    }).catch(function () {});
  }
  function listen() {
    if (source) return;
    source = new EventSource(board.dataset.live || "/board/live");
    // Everybody hears at once; asking at once would be a stampede.
    source.addEventListener("board", function () { clearTimeout(timer); timer = setTimeout(refresh, Math.random() * 2500); });
  }
  document.addEventListener("visibilitychange", function () {
    if (document.hidden && source) { source.close(); source = null; } else if (!document.hidden) { listen(); refresh(); }
  });
  var told = document.getElementById("live");
  if (told) told.textContent = "本页自动更新。";
  addEventListener("load", function () { setTimeout(listen, 3000); });
})();
