// The review queue's screen. It shows views that the kernel makes and sends what is pressed; it knows no rule.
// Everything shown is put in as text (textContent): quotes are other people's words, never markup.

const KEYS = [
  ["a", "accept", "采纳", "accept"],
  ["r", "reject", "否决", "reject"],
  ["e", "edit", "改读", "edit"],
  ["i", "indicator", "指标", "indicator"],
  ["s", "add", "补录选中", "add selection"],
  ["f", "flag", "标注", "flag"],
  ["n", "next", "下一条", "next"],
  ["p", "back", "上一条", "previous"],
  ["u", "undo", "撤销", "undo"],
  ["m", "more", "上下文", "context"],
];
const NAMES = {
  value: ["数值", "value"], unit: ["单位", "unit"], indicator: ["指标", "indicator"], region: ["地区", "region"],
  period: ["时间", "period"], base_period: ["基期", "base"], kind: ["类型", "kind"], qualifier: ["修饰", "qualifier"],
  subject: ["主语", "subject"], reason: ["理由", "reason"],
};
const CHOICES = {
  kind: ["level", "count", "share", "change", "target", "target_change"],
  qualifier: ["exact", "about", "over", "nearly", "at_least", "at_most"],
};
const PATIENCE = 1500; // ms before the person is told that the kernel is busy

function make(tag, name, ...content) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...content.map((one) => (one instanceof Node ? one : document.createTextNode(String(one)))));
  return node;
}

function both(zh, en) {
  return [zh, " ", make("span", "qs-en", en)];
}

function render({ model, el }) {
  const root = make("section", "qs-queue");
  root.tabIndex = 0;
  root.setAttribute("aria-label", "审核队列 review queue");
  root.setAttribute("data-lm-suppress-shortcuts", "true"); // else "a" would also insert a cell
  const progress = make("progress");
  const told = make("span");
  const by = make("input", "qs-by");
  const notice = make("div", "qs-notice");
  const body = make("div");
  const form = make("div");
  const keys = make("div", "qs-keys");
  const foot = make("div", "qs-foot");
  const idle = make("div", "qs-idle", ...both("点一下这里，按键才归队列", "click here first: the keys go elsewhere now"));
  notice.setAttribute("role", "status");
  notice.setAttribute("aria-live", "polite");
  by.setAttribute("aria-label", "决定人 decided by");
  by.maxLength = 60;
  const title = make("span", "qs-title");
  root.append(
    make("div", "qs-head", title, progress, told, make("span", "qs-grow"), make("label", "", ...both("决定人", "by"), " ", by)),
    notice, body, form, keys, idle, foot,
  );
  el.append(root);

  let busy = 0; // a timer while the kernel has not answered
  let held = null; // a move asked for meanwhile; a decision never waits, for it would meet a figure not yet seen
  let drawn = ""; // the card on the screen: the same one is not drawn anew, for a selection would be lost
  let rawBox = null;
  let openForm = null; // {submit, hits?} while a form is open
  const view = () => model.get("view");

  // what is sent
  function act(message) {
    if (busy) {
      held = ["next", "back"].includes(message.do) ? message : null;
      return;
    }
    busy = setTimeout(() => say("info", "内核正忙，请稍候……", "waiting for the kernel"), PATIENCE);
    model.send({ figure: openForm ? openForm.figure : view().card ? view().card.id : "", ...message });
  }

  function press(name) {
    const shown = view().card;
    if (name === "edit") return shown && openFields("override", shown.form, {});
    if (name === "indicator") return shown && openSearch("");
    if (name === "flag") return shown && openFields("flag", {}, {});
    if (name === "add") return shown && askGuess();
    if (!shown && !["undo", "look"].includes(name)) return undefined;
    return act({ do: name });
  }

  // what is shown
  function say(kind, zh, en) {
    notice.className = `qs-notice qs-${kind}`;
    notice.replaceChildren(...(zh || en ? both(zh, en) : []));
  }

  function show() {
    const shown = view();
    const isLook = shown.asked === "look";
    if (!isLook) {
      clearTimeout(busy);
      busy = 0;
    }
    const failed = shown.notice && shown.notice.kind === "error";
    if (!failed && !isLook) closeForm();
    if (shown.notice) say(shown.notice.kind, shown.notice.zh, shown.notice.en);
    else if (!isLook) say("none", "", "");
    title.replaceChildren(...both("审核队列", `Review queue ${shown.edition}`));
    progress.max = Math.max(1, shown.left + shown.settled);
    progress.value = shown.settled;
    told.replaceChildren(...both(
      `第 ${shown.position} 条，待定 ${shown.left}，本次已定 ${shown.settled}`,
      `${shown.position} of ${shown.left} waiting, ${shown.settled} settled now`,
    ));
    if (document.activeElement !== by) by.value = shown.by;
    const wanted = JSON.stringify(shown.card);
    if (wanted !== drawn) {
      body.replaceChildren(...(shown.card ? card(shown.card) : [make("p", "", ...both("没有待定的数字了。", "Nothing waits."))]));
      drawn = wanted;
    }
    for (const button of keys.children) {
      const name = button.dataset.name;
      button.disabled = name === "undo" ? !shown.steps.length : !shown.card;
    }
    foot.replaceChildren(
      ...both(`每次决定即时写入 ${shown.file}`, "each decision is saved there at once"),
      ...shown.steps.map((step) => make("span", "", ` · ${step.id} ${step.action} ${step.figure}`)),
    );
    root.dataset.figure = shown.card ? shown.card.id : "";
    if (!isLook || !root.dataset.serial) root.dataset.serial = shown.serial; // counts answers to the person
    if (!isLook && !openForm && (el.contains(document.activeElement) || document.activeElement === document.body)) focusRoot();
    if (held && !busy) {
      const next = held;
      held = null;
      act(next);
    }
  }

  function card(one) {
    rawBox = text(one.raw, "qs-raw");
    const why = make("div", "qs-why", make("span", "qs-number", one.text), make("span", "qs-doubt", ...both(one.doubt.zh, one.doubt.en)));
    for (const needed of one.needed) why.append(make("span", "qs-needed", needed));
    why.append(make("span", "qs-en", `${one.source} · ${one.place} · ${one.id}`));
    const left = make("div", "", label("原文", "source text as received"), rawBox, label("整理后", "cleaned"), text(one.clean, "qs-clean"));
    const right = make("div", "", label("读法与依据", "reading, and the rule behind each field"), fields(one.fields));
    if (one.said) right.append(label("原决定", "earlier decision"), make("div", "", one.said));
    if (one.note) right.append(label("标注", "flags"), make("div", "", one.note));
    const parts = [why, make("div", "qs-columns", left, right)];
    if (one.suggestions.length) parts.push(make("div", "qs-proposed", label("可能的主语（按数字键选用，不会自动套用）", "candidates for the lost subject; never applied by themselves"), suggestions(one.suggestions)));
    return parts;
  }

  function label(zh, en) {
    return make("div", "qs-label", ...both(zh, en));
  }

  function text(window, name) {
    const box = make("div", `qs-text ${name}`);
    for (const [shown, role] of window.pieces) box.append(make("span", role ? `qs-${role}` : "", shown));
    if (window.before) box.classList.add("qs-cut-before");
    if (window.after) box.classList.add("qs-cut-after");
    return box;
  }

  function fields(list) {
    const table = make("table");
    for (const one of list) {
      const value = make("td", one.value ? "" : "qs-empty", one.value || "—");
      table.append(make("tr", "", make("th", "", ...both(one.zh, one.en)), value, make("td", "", one.rule)));
    }
    return table;
  }

  function suggestions(list) {
    const box = make("ul", "qs-list qs-suggestions");
    list.forEach((one, index) => {
      const name = one.label && one.label !== one.subject ? `${one.label}（${one.subject}）` : one.subject;
      const item = make("li", "", make("kbd", "", index + 1), make("span", "", name), make("span", "qs-en", `${one.zh} · ${one.en}`));
      item.addEventListener("click", () => take(index));
      box.append(item);
    });
    return box;
  }

  function take(index) {
    const one = view().card && view().card.suggestions[index];
    if (!one) return;
    if (one.indicator) openSearch(one.label, one.indicator);
    else openFields("override", { ...view().card.form, subject: one.subject }, {});
  }

  // forms
  function closeForm() {
    openForm = null;
    root.classList.remove("qs-editing");
    form.replaceChildren();
  }

  function focusRoot() {
    root.focus({ preventScroll: true });
  }

  function cancel() {
    closeForm();
    focusRoot();
  }

  function formBox(zh, en, content, submit) {
    const go = make("button", "", make("kbd", "", "Enter"), ...both("保存", "save"));
    const stop = make("button", "", make("kbd", "", "Esc"), ...both("取消", "cancel"));
    go.addEventListener("click", submit);
    stop.addEventListener("click", cancel);
    form.replaceChildren(make("div", "qs-form", label(zh, en), content, make("div", "qs-keys", go, stop)));
    openForm = { submit, figure: view().card.id }; // the figure it was opened for, whatever is shown meanwhile
    root.classList.add("qs-editing");
    const first = form.querySelector("input, select");
    if (first) {
      first.focus({ preventScroll: true });
      if (first.select) first.select();
    }
    form.scrollIntoView({ block: "nearest" });
  }

  function openFields(action, filled, more, heading = "") {
    const names = action === "flag" ? [] : Object.keys(filled);
    const inputs = {};
    const grid = make("div", "qs-fields");
    for (const name of [...names, "reason"]) {
      const wide = name === "indicator" || name === "reason";
      const input = CHOICES[name] ? make("select") : make("input");
      if (CHOICES[name]) for (const one of CHOICES[name]) input.append(make("option", "", one));
      input.value = filled[name] || (CHOICES[name] ? CHOICES[name][0] : "");
      input.dataset.name = name;
      inputs[name] = input;
      const box = make("label", wide ? "qs-wide" : "", make("span", "", ...both(...NAMES[name])), input);
      grid.append(box);
      if (name === "indicator") grid.append(picker(input));
    }
    const titles = {
      override: ["改读：只保存改动的栏", "edit: only changed fields are saved"],
      add: [`补录“${heading}”`, "add a figure the reader missed"],
      flag: ["标注：写下缘由，状态不变", "flag: a note; the status stays"],
    };
    formBox(...titles[action], grid, () => {
      const said = Object.fromEntries(names.map((name) => [name, inputs[name].value]));
      if (openForm.input && openForm.chosen) said.indicator = openForm.chosen;
      act({ do: action, said, reason: inputs.reason.value, ...more });
    });
  }

  function openSearch(query, only = "") {
    const input = make("input", "qs-search");
    input.dataset.name = "search";
    input.placeholder = "汉字、拼音首字母或英文 · 汉字, initials (slfgl) or English";
    input.value = query;
    const grid = make("div", "qs-fields", make("label", "qs-wide", make("span", "", ...both("查找", "search")), input));
    grid.append(picker(input));
    formBox("指定指标：↑↓ 选，回车确定", "assign an indicator: arrows, then Enter", grid, () => {
      if (openForm.chosen) act({ do: "indicator", said: { indicator: openForm.chosen } });
    });
    openForm.wanted = only;
    ask(input);
  }

  function picker(input) {
    const list = make("ul", "qs-list qs-wide qs-hits");
    input.addEventListener("input", () => {
      if (openForm) openForm.wanted = "";
      ask(input);
    });
    return list;
  }

  function ask(input) {
    if (!openForm) return;
    openForm.input = input;
    model.send({ do: "search", query: input.value });
  }

  function answered(query, hits) {
    const list = form.querySelector(".qs-hits");
    if (!openForm || !openForm.input || !list || openForm.input.value.slice(0, 100) !== query) return;
    openForm.hits = hits;
    list.replaceChildren(...hits.map((hit, index) => {
      const item = make("li", "", make("span", "", hit.zh), make("span", "qs-en", `${hit.en} · ${hit.unit} · ${hit.id}`));
      item.title = hit.about;
      item.addEventListener("click", () => {
        choose(index);
        if (openForm.input.dataset.name === "search") openForm.submit();
        else openForm.input.value = openForm.chosen;
      });
      return item;
    }));
    const at = hits.findIndex((hit) => hit.id === openForm.wanted);
    choose(openForm.wanted ? at : hits.length ? 0 : -1);
    form.scrollIntoView({ block: "nearest" });
  }

  function choose(index) {
    const hits = (openForm && openForm.hits) || [];
    const list = form.querySelector(".qs-hits");
    openForm.at = index;
    openForm.chosen = hits[index] ? hits[index].id : "";
    [...list.children].forEach((item, at) => item.classList.toggle("qs-chosen", at === index));
    if (list.children[index]) list.children[index].scrollIntoView({ block: "nearest" });
  }

  // a figure the reader missed
  function selection() {
    const range = document.getSelection().rangeCount ? document.getSelection().getRangeAt(0) : null;
    if (!range || range.collapsed || !rawBox || !rawBox.contains(range.startContainer) || !rawBox.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.selectNodeContents(rawBox);
    before.setEnd(range.startContainer, range.startOffset);
    const first = [...before.toString()].length; // characters, not UTF-16 units
    return { first, last: first + [...range.toString()].length };
  }

  let selected = null;
  function askGuess() {
    selected = selection();
    if (!selected) return say("info", "先在“原文”里用鼠标选中漏读的数字，再按 s", "select the missed figure in the source text, then press s");
    return model.send({ do: "guess", ...selected });
  }

  function guessed(guess) {
    if (!guess || !selected) return say("error", "没有选中原文里的文字", "no text of the source is selected");
    const empty = { value: "", unit: "", indicator: "", region: "", period: "", base_period: "", kind: "level", qualifier: "exact" };
    const { text: heading, ...filled } = guess;
    return openFields("add", { ...empty, ...filled }, selected, heading);
  }

  // what is heard
  model.on("change:view", show);
  model.on("msg:custom", (message) => {
    if (message.hits) answered(message.query, message.hits);
    else if ("guess" in message) guessed(message.guess);
  });
  for (const [key, name, zh, en] of KEYS) {
    const button = make("button", "", make("kbd", "", key), ...both(zh, en));
    button.dataset.name = name;
    button.type = "button";
    button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection and the focus stay
    button.addEventListener("click", () => {
      focusRoot();
      press(name);
    });
    keys.append(button);
  }
  by.addEventListener("change", () => act({ do: "by", by: by.value }));
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    const inField = event.target.matches("input, select");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      say("info", "每次决定都已保存", "every decision is saved already");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      event.preventDefault();
      cancel();
    } else if (openForm && event.key === "Enter" && !event.target.matches("button")) {
      event.preventDefault();
      openForm.submit();
    } else if (openForm && openForm.hits && ["ArrowDown", "ArrowUp"].includes(event.key) && event.target === openForm.input) {
      event.preventDefault();
      const count = openForm.hits.length;
      if (count) choose((openForm.at + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
    } else if (inField) {
      if (event.target === by && event.key === "Enter") focusRoot();
    } else if (!openForm) {
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.code.replace("Key", "").toLowerCase(); // an input method hides the key
      const found = KEYS.find(([one]) => one === key);
      if (found && !event.repeat) {
        event.preventDefault();
        press(found[1]);
      } else if (/^[1-5]$/.test(key)) {
        event.preventDefault();
        take(Number(key) - 1);
      }
    }
  });
  for (const name of ["keyup", "keypress"]) root.addEventListener(name, (event) => event.stopPropagation());
  // an editor may have saved the decisions file while the person was there
  const look = () => {
    model.send({ do: "look" });
  };
  idle.addEventListener("click", focusRoot);
  root.addEventListener("focusin", (event) => {
    if (event.relatedTarget && !root.contains(event.relatedTarget)) look();
  });
  window.addEventListener("focus", look);
  show();
  if (!document.activeElement || !document.activeElement.matches("input, textarea, [contenteditable='true']")) focusRoot();
  return () => window.removeEventListener("focus", look);
}

export default { render };
