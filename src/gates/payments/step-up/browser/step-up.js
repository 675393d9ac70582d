// The step-up and enrolment pages in the payer's browser. It works without the newer JSON methods of WebAuthn.
'use strict';

const element = (id) => document.getElementById(id);

function octets(text) {
  const padded = text.replace(/-/g, '+').replace(/_/g, '/');
  return Uint8Array.from(atob(padded), (character) => character.charCodeAt(0));
}

function text(buffer) {
  const characters = Array.from(new Uint8Array(buffer), (octet) => String.fromCharCode(octet)).join('');
  return btoa(characters).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}

function descriptors(list) {
  return (list || []).map((one) => ({ ...one, id: octets(one.id) }));
}

async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error('refused');
  return response.json();
}

function credentialOf(credential, fields) {
  const response = Object.fromEntries(fields.map((field) => [field, text(credential.response[field])]));
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response,
  };
}

async function confirmPayment(base) {
  const options = await post(`${base}/options`);
  const credential = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: octets(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    },
  });
  return post(`${base}/answer`, credentialOf(credential, ['clientDataJSON', 'authenticatorData', 'signature']));
}

async function enrol() {
  const code = element('code').value;
  const options = await post('/enrol/options', { code });
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: octets(options.challenge),
      user: { ...options.user, id: octets(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  });
  return post('/enrol/answer', { code, credential: credentialOf(credential, ['clientDataJSON', 'attestationObject']) });
}

function tell(id) {
  for (const told of document.querySelectorAll('.told')) told.textContent = '';
  element(id).textContent = element(id).dataset.text;
}

/** Does what a button stands for; where it is done, there is nothing more to choose. */
async function act(button, action, done) {
  button.disabled = true;
  let isDone = false;
  try {
    isDone = (await action()).isDone;
  } catch {
    isDone = false;
  }
  button.disabled = false;
  element('choice').hidden = isDone;
  tell(isDone ? done : 'failed');
}

function onClick(id, action, done) {
  const button = element(id);
  if (button !== null) button.addEventListener('click', () => void act(button, action, done));
}

const base = location.pathname;
onClick('confirm', () => confirmPayment(base), 'confirmed');
onClick('decline', () => post(`${base}/decline`), 'declined');
onClick('enrol', enrol, 'confirmed');
