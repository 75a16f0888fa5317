"use strict";
// The notes open without this script too, as targets of their links. It keeps the focus, closes on Escape, opens from
// a whole row, and leaves the page where it was read.
(() => {
  const root = document.documentElement;
  let opener = null;
  root.classList.add("js");
  const noteOf = href => (href && /^#[qk]-/.test(href) ? document.getElementById(decodeURIComponent(href.slice(1))) : null);
  const opened = () => document.querySelector(".note-card.open");
  const remember = href => { try { history.replaceState(null, "", href || location.pathname + location.search); } catch (_) { /* a page in a frame */ } };
  const close = back => {
    const note = opened();
    if (!note) return;
    note.classList.remove("open");
    document.querySelectorAll(".lit").forEach(one => one.classList.remove("lit"));
    remember("");
    if (back && opener && opener.isConnected) opener.focus({ preventScroll: true });
    if (back) opener = null;
  };
  const open = (note, from) => {
    const keep = opened() ? opener : from;
    close(false);
    opener = keep;
    note.classList.add("open");
    if (opener) opener.classList.add("lit");
    remember("#" + note.id);
    note.scrollTop = 0;
    note.focus({ preventScroll: true });
  };
  document.addEventListener("click", event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("a[href^='#']");
    if (link) {
      const note = noteOf(link.getAttribute("href"));
      if (note) { event.preventDefault(); open(note, link); }
      else if (link.classList.contains("close")) { event.preventDefault(); close(true); }
      else if (opened()) close(false);
      return;
    }
    if (event.target.closest("a, summary")) return;
    const row = event.target.closest("tr[data-q]");
    const from = row && row.querySelector("a.n[href]");
    if (from) open(noteOf(from.getAttribute("href")), from);
    else if (!event.target.closest(".note-card")) close(true);
  });
  document.addEventListener("keydown", event => {
    const note = opened();
    if (!note) return;
    if (event.key === "Escape") { event.preventDefault(); close(true); return; }
    if (event.key !== "Tab") return;
    const stops = [note, ...note.querySelectorAll("a[href], summary")];
    const at = stops.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1);
    event.preventDefault();
    stops[(at + stops.length) % stops.length].focus();
  });
  const arrive = () => { const note = noteOf(location.hash); if (note) open(note, opener); };
  addEventListener("hashchange", arrive);
  arrive();
})();
