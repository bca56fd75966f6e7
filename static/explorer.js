// The explorer: runs what is written, and describes the interface by introspection; keeps nothing.
(() => {
  const $ = (id) => document.getElementById(id);
  const form = $("ask"), query = $("query"), variables = $("variables"), result = $("result"), told = $("told"), docs = $("docs");
  const KIND = { OBJECT: "类型", INTERFACE: "接口类型", ENUM: "枚举", INPUT_OBJECT: "输入", SCALAR: "标量" };
  const REF = "{kind name ofType{kind name ofType{kind name ofType{kind name}}}}";
  const ARGS = `{name description defaultValue type${REF}}`;
  const TYPE = `query($name:String!){__type(name:$name){kind name description possibleTypes{name} enumValues{name description}
    inputFields${ARGS} fields(includeDeprecated:true){name description isDeprecated deprecationReason type${REF} args${ARGS}}}}`;
  const LIST = "{__schema{queryType{name} mutationType{name} types{kind name description}}}";
  const known = {};
  let schema;

  function el(name, more, ...parts) {
    const made = Object.assign(document.createElement(name), more);
    made.append(...parts.filter(Boolean));
    return made;
  }

  async function ask(body) {
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    const answer = await fetch("/graphql", { method: "POST", body: JSON.stringify(body), headers });
    return { status: answer.status, text: await answer.text() };
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  form.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(); });

  async function run() {
    const button = form.querySelector("button"), began = performance.now();
    let values = null;
    if (button.disabled || !form.reportValidity()) return;
    try { if (variables.value.trim()) values = JSON.parse(variables.value); }
    catch (wrong) { return say("变量不是正确的 JSON", wrong.message); }
    button.disabled = true;
    told.textContent = "正在运行……";
    try { tell(await ask({ query: query.value, variables: values }), Math.round(performance.now() - began)); }
    catch (lost) { say("没有连上服务器，请稍后再试", ""); }
    button.disabled = false;
  }

  function say(words, more) { told.textContent = words; result.textContent = more; }

  function tell({ status, text }, took) {
    let answer, pretty = text;
    try { answer = JSON.parse(text); pretty = JSON.stringify(answer, null, 2); } catch (other) { answer = { errors: [] }; }
    const cost = answer.extensions && answer.extensions.cost, size = (new Blob([text]).size / 1024).toFixed(1);
    say(`${answer.errors ? "有错误 · " : ""}状态 ${status} · ${took} 毫秒 · ${size} KB${cost ? " · 开销 " + cost.cost : ""}`, "");
    result.append(...(pretty.length > 2e5 ? [pretty] : coloured(pretty)));
  }

  function coloured(text) {
    const token = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d[\d.eE+-]*|true|false|null/g, parts = [];
    let from = 0, found;
    while ((found = token.exec(text))) {
      parts.push(text.slice(from, found.index), el("span", { className: found[2] ? "k" : found[1] ? "s" : "n" }, found[0]));
      from = token.lastIndex;
    }
    return [...parts, text.slice(from)];
  }

  async function read(text, values) {
    const answer = JSON.parse((await ask({ query: text, variables: values })).text);
    if (!answer.data) throw new Error(answer.errors[0].message);
    return answer.data;
  }

  const has = (name) => schema.types.some((one) => one.name === name);
  const type = async (name) => (known[name] = known[name] || (await read(TYPE, { name })).__type);
  const bare = (ref) => (ref.ofType ? bare(ref.ofType) : ref.name);
  const link = (name, words) => el("a", { href: "#" + name }, words || name);
  const written = (ref) =>
    ref.kind === "NON_NULL" ? written(ref.ofType) + "!" : ref.kind === "LIST" ? `[${written(ref.ofType)}]` : ref.name;

  async function show() {
    const name = location.hash.slice(1), box = el("div");
    try {
      schema = schema || (await read(LIST)).__schema;
      const roots = { 查询: schema.queryType, 修改: schema.mutationType };
      const links = Object.keys(roots).map((words) => roots[words] && link(roots[words].name, words));
      box.append(el("p", { className: "links" }, ...links, link("*", "所有类型")));
      box.append(...(name === "*" ? everything() : page(await type(has(name) ? name : schema.queryType.name))));
    } catch (failed) { box.append("接口说明没有读到：" + failed.message); }
    docs.replaceChildren(docs.firstElementChild, box);
    docs.scrollTop = 0;
  }

  function everything() {
    const listed = schema.types.filter((one) => !one.name.startsWith("__"));
    return [el("dl", {}, ...listed.flatMap((one) => [el("dt", {}, link(one.name), " " + KIND[one.kind]), explained(one)]))];
  }

  function page(one) {
    const root = { [schema.queryType.name]: "query", [(schema.mutationType || {}).name]: "mutation" }[one.name];
    const rows = (one.fields || one.inputFields || one.enumValues || []).flatMap((field) => described(field, root));
    rows.push(...(one.possibleTypes || []).map((each) => el("dt", {}, link(each.name))));
    return [el("h3", {}, one.name + " ", el("small", {}, KIND[one.kind])), explained(one), el("dl", {}, ...rows)].filter(Boolean);
  }

  function described(field, root) {
    const args = (field.args || []).map((arg) => `${arg.name}: ${written(arg.type)}`).join(", ");
    const fill = root && el("button", { type: "button", className: "quiet", onclick: () => write(root, field) }, "填入");
    const kind = field.type && link(bare(field.type), written(field.type));
    return [el("dt", {}, fill, el("b", {}, field.name), args && `(${args})`, kind && ": ", kind), explained(field)];
  }

  function explained({ description, isDeprecated, deprecationReason }) {
    return (description || isDeprecated) && el("dd", {}, isDeprecated && `已弃用：${deprecationReason} `, description);
  }

  async function write(root, field) {
    const values = await said(field.args), must = field.args.filter(({ name }) => name in values);
    const given = must.map(({ name }) => `${name}: $${name}`), heads = must.map((arg) => `$${arg.name}: ${written(arg.type)}`).join(", ");
    if (field.args.some(({ name }) => name === "first")) given.push("first: 10");
    query.value = `${root}${heads && ` (${heads})`} {\n  ${field.name}${given[0] ? `(${given.join(", ")})` : ""}` +
      `${await chosen(bare(field.type), "  ")}\n}`;
    variables.value = heads && JSON.stringify(values, null, 2);
    query.focus();
  }

  // What must be said
  async function said(parts) {
    const values = {};
    for (const { name, defaultValue, type: { kind, ofType: of } } of parts) {
      if (kind !== "NON_NULL" || defaultValue) continue;
      const inside = of.name && (await type(of.name)).inputFields;
      values[name] = name === "idempotencyKey" ? "" + Date.now() : inside ? await said(inside) : of.name ? "" : [];
    }
    return values;
  }

  async function chosen(name, indent) {
    const one = await type(name), inner = indent + "  ", lines = [], fields = one.fields || [], under = (way) => fields.find((each) => each.name === way);
    const down = under("edges") || under("node") || (under("refusals") && fields[0]);
    if (down) lines.push(down.name + await chosen(bare(down.type), inner));
    if (under("edges")) lines.push("pageInfo { hasNextPage endCursor }");
    if (under("refusals")) lines.push("isReplay refusals { code message path }");
    if (!down) lines.push(...fields.filter(simple).map((each) => each.name));
    if (fields[0] && !lines[0]) lines.push("__typename");
    return lines.length ? ` {\n${inner}${lines.join("\n" + inner)}\n${indent}}` : "";
  }

  function simple({ name, args, type, isDeprecated }) {
    const kind = schema.types.find((one) => one.name === bare(type)).kind;
    return !args.length && !isDeprecated && !/^may[A-Z]/.test(name) && (kind === "SCALAR" || kind === "ENUM");
  }

  // A phone reads it when asked to.
  addEventListener("hashchange", show);
  if (location.hash || matchMedia("(min-width:1000px)").matches) show();
})();
