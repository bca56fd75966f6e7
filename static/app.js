// Takes a double tap on a plain form as one, and offers to print (data-print).
document.addEventListener("submit", function (event) {
  var form = event.target, at = Date.now();
  if (at - form.sentAt < 4000) event.preventDefault(); else form.sentAt = at;
});
[].forEach.call(document.querySelectorAll("[data-print]"), function (button) {
  button.hidden = false;
  button.onclick = function () { print(); };
});
// Adds up sums (data-sum) while their parts are typed, as the server will.
document.addEventListener("input", function (event) {
  var form = event.target.form;
  if (form) [].forEach.call(form.querySelectorAll("[data-sum]"), function (out) {
    out.textContent = Math.round(100 * out.dataset.sum.split(" ").reduce(function (sum, term) {
      var part = form.elements["figures." + term.slice(1)] || form.querySelector("[data-total='" + term.slice(1) + "']");
      return sum + (term[0] == "-" ? -1 : 1) * ((part && (part.value || part.textContent)) || 0);
    }, 0)) / 100;
  });
});
// Keeps the draft of long forms (data-draft) on this device until they have been sent.
(function () {
  var toggles = /checkbox|radio/;
  function fields(form) {
    return [].filter.call(form.querySelectorAll("input,select,textarea"), function (f) { return f.name && !/file|password|hidden|submit/.test(f.type); });
  }
  try {
    var sent = sessionStorage.getItem("sent");
    if (sent && !document.querySelector("#refusal p")) localStorage.removeItem(sent);
    sessionStorage.removeItem("sent");
  } catch (forbidden) { return; }
  ["htmx:response:error", "htmx:error"].forEach(function (no) {
    document.addEventListener(no, function () { sessionStorage.removeItem("sent"); });
  });
  [].forEach.call(document.querySelectorAll("form[data-draft]"), function (form) {
    var place = "draft:" + form.dataset.draft + ":" + form.getAttribute("action"), timer;
    try {
      var draft = JSON.parse(localStorage.getItem(place) || "[]"), list = fields(form);
      if (draft.length === list.length && !document.querySelector("#refusal p")) list.forEach(function (f, i) {
        if (toggles.test(f.type)) f.checked = draft[i]; else if (draft[i]) f.value = draft[i];
      });
    } catch (broken) { localStorage.removeItem(place); }
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        var values = fields(form).map(function (f) { return toggles.test(f.type) ? f.checked : f.value; });
        try { localStorage.setItem(place, JSON.stringify(values)); } catch (full) { /* only the draft is lost */ }
      }, 400);
    });
    form.addEventListener("submit", function () { clearTimeout(timer); sessionStorage.setItem("sent", place); });
  });
})();
