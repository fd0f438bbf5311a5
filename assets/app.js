// It only adds: without it every link and form still works.
const all = selector => document.querySelectorAll(selector);
const byId = id => document.getElementById(id);
const on = (event, act, capture) => document.addEventListener(event, act, capture);
const held = event => event.ctrlKey || event.metaKey || event.altKey;
const fragment = async (address, part, signal) => {
  const headers = {'HX-Request': 'true', 'HX-Target': `${part.localName}#${part.id}`};
  const answer = await fetch(address, {headers, signal});
  if (!answer.ok || answer.redirected) throw answer;
  return answer.text();
};
const show = (part, swap, text) => htmx.swap({target: part, sourceElement: part, swap, text});

// No answer, or a proxy's in place of ours: a toast says so.
const ours = answer => answer?.headers?.has('Content-Security-Policy');
const silence = part => part?.dataset.poll || byId('toasts').append(byId('silence').content.cloneNode(true));
on('htmx:before:response', event => {
  const {response, sourceElement} = event.detail.ctx;
  if (ours(response)) return;
  event.preventDefault();
  silence(sourceElement);
});
on('htmx:error', ({detail}) => detail.ctx && silence(detail.ctx.sourceElement));

// Menus close on Esc and on a press elsewhere.
const closeMenus = pressed => all('.menu[open], .bottombar details[open]').forEach(menu => {
  if (menu.contains(pressed)) return;
  if (menu.contains(document.activeElement)) menu.firstElementChild.focus();
  menu.open = false;
});

// Keys: / searches, ? lists the keys, Esc closes.
on('keydown', event => {
  if (event.key === 'Escape') closeMenus();
  if (held(event) || event.target.closest('input, textarea, select, dialog')) return;
  if (event.key === '?') byId('keys')?.showModal();
  const field = event.key === '/' && all('.topbar input')[0];
  if (!field) return;
  event.preventDefault();
  field.offsetParent ? field.select() : location = field.form.action;
});

// A link with data-dialog loads its form into the one dialog; its page is the way out. data-copy copies.
on('click', async event => {
  closeMenus(event.target);
  const copy = event.target.closest('[data-copy]');
  copy?.previousElementSibling.select();
  if (copy && document.execCommand('copy')) copy.textContent = 'Copied';
  const dialog = byId('dialog'), open = event.target.closest('dialog');
  const link = event.target.closest(open ? '[data-close]' : 'a[data-dialog]');
  if (!link || held(event) || event.shiftKey) return;
  event.preventDefault();
  if (open) return open.close();
  try {
    await show(dialog, 'innerHTML', await fragment(link.href, dialog));
    dialog.showModal();
  } catch (answer) {
    ours(answer) ? location = link.href : silence();
  }
});

// A form is sent once; its button tells.
const release = form => {
  form?.release?.();
  delete form?.release;
};
on('submit', event => {
  const form = event.target, button = event.submitter, label = button?.innerHTML;
  if (form.method !== 'post') return;
  if (form.release) {
    event.preventDefault();
    return event.stopImmediatePropagation();
  }
  const working = yes => {
    if (!button) return;
    button.disabled = button.ariaBusy = yes;
    button.innerHTML = yes && button.dataset.busy || label;
  };
  form.release = () => working(false);
  if (button) button.style.minWidth = button.offsetWidth + 'px';
  setTimeout(() => form.release && working(true)); // a disabled button would not be sent along
}, true);
on('htmx:finally:request', event => release(event.detail.ctx.request.form));
addEventListener('pageshow', () => all('form').forEach(release));

// A theme shows once it is chosen.
on('change', ({target}) => {
  if (target.name === 'theme') document.documentElement.dataset.theme = target.value;
});

// Live parts: a stream while the tab is seen; where it is silent, a look every 5 s. See src/ui/live.rs.
const past = (time, span) => Date.now() - (time || 0) > span;
const poll = async part => {
  try {
    const text = await fragment(part.dataset.poll, part, AbortSignal.timeout(4500));
    if (part.isConnected && !document.hidden) show(part, 'innerMorph', text);
  } catch (answer) {
    if (answer.status === 401) location.reload();
  }
};
const look = polls => document.hidden || all('[data-poll]').forEach(part => {
  if (part.querySelector('[data-over]')) return part.removeAttribute('data-poll');
  if (!part._htmx?.sse && past(part.tried, 3e4)) {
    part.tried = Date.now();
    htmx.trigger(part, 'live');
  }
  if (polls && past(part.heard, 12e3)) poll(part);
});
on('htmx:sse:after:message', ({target}) => target.heard = Date.now());
on('htmx:sse:before:connection', event => {
  if (!document.hidden) return;
  event.preventDefault();
  event.target.tried = 0;
});
on('htmx:sse:after:connection', ({detail}) =>
  setTimeout(() => document.hidden && detail.connection.reader?.cancel()));
on('htmx:after:swap', () => look());
on('visibilitychange', () => look(true));
on('DOMContentLoaded', () => setTimeout(look));
setInterval(look, 5000, true);
