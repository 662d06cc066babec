// The API document as a page: every call can be read and tried. Made from /openapi.json alone.

const byId = (id) => document.getElementById(id);

function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

// Secrets live as long as this tab.
for (const id of ["token", "key"]) {
  byId(id).value = sessionStorage.getItem(id) ?? "";
  byId(id).addEventListener("input", (event) => sessionStorage.setItem(id, event.target.value));
}

const resolve = (document, schema) =>
  schema?.$ref ? document.components.schemas[schema.$ref.split("/").pop()] : schema;

// A value that fits the schema, to start from.
function example(document, schema, depth = 0) {
  schema = resolve(document, schema);
  if (!schema || depth > 6) return null;
  if (schema.enum) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  const choice = schema.oneOf?.[0] ?? schema.anyOf?.[0];
  if (choice) return example(document, choice, depth + 1);
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, member]) => [
          name,
          example(document, member, depth + 1),
        ]),
      );
    case "array":
      return [example(document, schema.items, depth + 1)];
    case "integer":
      return Math.max(1, schema.minimum ?? 1);
    case "boolean":
      return false;
    default:
      return "";
  }
}

function inputFor(parameter) {
  const input = element("input", { name: parameter.name, className: "mono" });
  input.dataset.in = parameter.in;
  const note = parameter.description ? ` ${parameter.description}` : "";
  const label = element("label", {}, element("b", { textContent: parameter.name }));
  label.append(` ${parameter.in}, ${parameter.schema?.type ?? "string"}.${note}`, input);
  return label;
}

function requestOf(call, form) {
  let path = call.path;
  const query = new URLSearchParams();
  const headers = {};
  for (const input of form.querySelectorAll("input[name]")) {
    if (input.dataset.in === "path") {
      path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    } else if (input.value !== "") {
      if (input.dataset.in === "query") query.set(input.name, input.value);
      if (input.dataset.in === "header") headers[input.name] = input.value;
    }
  }
  const needs = (call.operation.security ?? []).flatMap(Object.keys);
  if (needs.includes("staffKey")) headers.Authorization = `Bearer ${byId("key").value}`;
  if (needs.includes("shopToken") && byId("token").value) {
    headers["Shop-Token"] = byId("token").value;
  }
  const body = form.querySelector("textarea")?.value;
  if (body) headers["Content-Type"] = call.bodyType;
  const search = query.size ? `?${query}` : "";
  return [path + search, { method: call.method, headers, body: body || undefined }];
}

async function send(call, form, output) {
  const [target, options] = requestOf(call, form);
  output.textContent = "…";
  try {
    const started = performance.now();
    const response = await fetch(target, options);
    const text = await response.text();
    const took = (performance.now() - started).toFixed(1);
    let shown = text;
    try {
      const value = JSON.parse(text);
      shown = JSON.stringify(value, null, 2);
      // A new cart's token opens the calls that follow.
      if (value?.token) {
        byId("token").value = value.token;
        sessionStorage.setItem("token", value.token);
      }
    } catch { /* not JSON: shown as it is */ }
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    const line = `${response.status} ${response.statusText}  (${took} ms)`;
    output.textContent = `${line}\n${headers}\n\n${shown}`;
  } catch (error) {
    output.textContent = `No answer: ${error.message}`;
  }
}

function formFor(document, call) {
  const output = element("pre", { hidden: true, ariaLive: "polite" });
  const form = element("form");
  if (call.operation.description)
    form.append(element("p", { textContent: call.operation.description }));
  for (const parameter of call.operation.parameters ?? []) form.append(inputFor(parameter));
  const content = Object.entries(call.operation.requestBody?.content ?? {})[0];
  if (content) {
    call.bodyType = content[0];
    const start = content[1].schema ? example(document, content[1].schema) : null;
    const text = start === null ? "" : JSON.stringify(start, null, 2);
    form.append(element("label", {}, element("b", { textContent: `Body (${content[0]})` }),
      element("textarea", { value: text, spellcheck: false })));
  }
  const statuses = Object.entries(call.operation.responses ?? {})
    .filter(([status]) => status !== "default")
    .map(([status, response]) => `${status} ${response.description}`);
  form.append(element("p", { className: "what", textContent: statuses.join(" · ") }));
  form.append(element("button", { textContent: "Send" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    output.hidden = false;
    send(call, form, output);
  });
  return element("div", {}, form, output);
}

function callFor(document, call) {
  const summary = element("summary", {},
    element("span", { className: `method mono ${call.method}`, textContent: call.method }),
    element("span", { className: "mono", textContent: call.path }),
    element("span", { className: "what", textContent: call.operation.summary ?? "" }));
  const node = element("details", { className: "call" }, summary);
  node.dataset.text = `${call.method} ${call.path} ${call.operation.summary}`.toLowerCase();
  node.addEventListener("toggle", () => {
    if (node.open && node.children.length === 1) node.append(formFor(document, call));
  });
  return node;
}

function show(document) {
  byId("about").textContent = document.info.description;
  const tags = new Map((document.tags ?? []).map((tag) => [tag.name, []]));
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags?.[0] || "other";
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag).push(callFor(document, { path, method: method.toUpperCase(), operation }));
    }
  }
  for (const [tag, calls] of tags) {
    byId("calls").append(element("section", {}, element("h2", { textContent: tag }), ...calls));
  }
  byId("find").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const call of globalThis.document.querySelectorAll("details.call")) {
      call.hidden = !call.dataset.text.includes(wanted);
    }
  });
}

const response = await fetch("/openapi.json");
show(await response.json());
