// Sends files in parts and goes on where it stopped. Without it the form sends them whole.
"use strict";
const form = document.getElementById("sending"), bar = document.getElementById("bar");
const told = document.getElementById("how-far"), button = form.querySelector("button");
const tell = words => { if (told.textContent !== words) told.textContent = words; };
const WAITS = [1, 2, 4, 8, 16];

class Refused extends Error {}

async function ask(path, options) {
  for (let tried = 0; ; tried++) {
    try {
      const answer = await fetch(form.action + path, { redirect: "error", ...options });
      if (answer.ok) return answer.status === 204 ? null : await answer.json();
      if (answer.status !== 429 && answer.status !== 503) throw new Refused((await answer.json()).said);
    } catch (fault) {
      if (fault instanceof Refused || fault instanceof SyntaxError) throw fault;
    }
    if (tried === WAITS.length) throw new Error();
    tell(form.dataset.again);
    await new Promise(done => setTimeout(done, WAITS[tried] * 1000));
  }
}

const posted = fields => ({ method: "POST", body: new URLSearchParams({ token: form.elements.token.value, ...fields }) });

async function send(file, advance) {
  const at = await ask("/parts", posted({ name: file.name, size: file.size, modified: file.lastModified }));
  const slice = part => file.slice(part * at.part_size, (part + 1) * at.part_size);
  advance(file.size - at.missing.reduce((sum, part) => sum + slice(part).size, 0));
  for (const part of at.missing) {
    const headers = { "X-Form-Token": form.elements.token.value };
    await ask(`/parts/${at.id}/${part}`, { method: "PUT", body: slice(part), headers });
    advance(slice(part).size);
  }
  return (await ask(`/parts/${at.id}/finish`, posted({ name: file.name }))).file;
}

form.addEventListener("submit", async event => {
  event.preventDefault();
  const files = [...form.elements.files.files], total = files.reduce((sum, file) => sum + file.size, 0);
  if (files.length > Number(form.dataset.most) || files.some(file => file.size > Number(form.dataset.largest))) {
    return tell(form.dataset.refused);
  }
  let done = 0;
  bar.hidden = false;
  button.disabled = true;
  const advance = more => {
    done += more;
    bar.value = total ? 100 * done / total : 100;
    tell(`${form.dataset.working}: ${10 * Math.floor(bar.value / 10)} %`); // by tens: a reader is not talked over
  };
  try {
    const next = document.createElement("form"), add = (name, value) => {
      const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      next.append(input);
    };
    Object.assign(next, { method: "post", action: `${form.action}/confirm` });
    for (const name of ["token", "command_id"]) add(name, form.elements[name].value);
    for (const [number, file] of files.entries()) add(`file-${number}`, await send(file, advance));
    document.body.append(next);
    next.submit();
  } catch (fault) {
    tell(fault instanceof Refused ? fault.message : form.dataset.stopped);
    button.disabled = false;
  }
});
