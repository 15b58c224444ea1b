// Has the browser make a passkey, or sign with one; what it says goes into the form, and the server judges it.
"use strict";
const form = document.getElementById("asking"), told = document.getElementById("told");
const button = form.querySelector("button"), asked = form.dataset;
const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), sign => sign.charCodeAt(0));
const fill = (name, raw) => {
  const text = btoa(String.fromCharCode(...new Uint8Array(raw)));
  form.elements[name].value = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

async function get() {
  const allowCredentials = [{ type: "public-key", id: bytes(asked.credential) }];
  const publicKey = { challenge: bytes(asked.challenge), rpId: asked.rp, allowCredentials, userVerification: "required" };
  const { response } = await navigator.credentials.get({ publicKey });
  fill("signature", response.signature);
  fill("authenticator_data", response.authenticatorData);
  fill("client_data", response.clientDataJSON);
}

async function create() {
  const made = await navigator.credentials.create({ publicKey: {
    challenge: bytes(asked.challenge), rp: { id: asked.rp, name: "Rogatory" }, attestation: "none",
    user: { id: bytes(asked.user), name: asked.name, displayName: asked.display },
    pubKeyCredParams: [{ type: "public-key", alg: -7 }], authenticatorSelection: { userVerification: "required" },
  } });
  fill("credential", made.rawId);
  fill("public_key", made.response.getPublicKey());
}

form.addEventListener("submit", async event => {
  event.preventDefault();
  button.disabled = true;
  told.textContent = "";
  try {
    await (asked.ask === "get" ? get() : create());
    form.submit();
  } catch {
    told.textContent = asked.failed;
    button.disabled = false;
  }
});
if (asked.ask === "get") form.requestSubmit(); // whoever came here has just asked for it
