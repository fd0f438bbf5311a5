// Usherr's own script. It only adds: without it every link and form still works.
const all = selector => document.querySelectorAll(selector);
const byId = id => document.getElementById(id);
const on = (event, act, capture) => document.addEventListener(event, act, capture);
const fragment = async (address, part, more) => {
  const headers = {'HX-Request': 'true', 'HX-Target': `${part.localName}#${part.id}`};
  const answer = await fetch(address, {headers, ...more});
  if (answer.status !== 200 || answer.redirected) throw answer;
  return answer.text();
};
const show = (part, swap, text) => htmx.swap({target: part, sourceElement: part, swap, text});

// Menus close on Esc and on a press elsewhere.
const closeMenus = pressed => all('details.menu[open], .bottombar details[open]').forEach(menu => {
  if (menu.contains(pressed)) return;
  if (menu.contains(document.activeElement)) menu.firstElementChild.focus();
  menu.open = false;
});

// Keys: / searches, ? lists the keys, Esc closes.
on('keydown', event => {
  if (event.key === 'Escape') closeMenus();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, dialog')) return;
  if (event.key === '?') byId('keys')?.showModal();
  const field = event.key === '/' && all('.topbar .search input')[0];
  if (!field) return;
  event.preventDefault();
  if (field.offsetParent) field.select();
  else location = field.form.action;
});

// Dialogs: a link with data-dialog loads its form into the one dialog; its page is the way out.
on('click', async event => {
  closeMenus(event.target);
  const open = event.target.closest('dialog');
  const link = event.target.closest(open ? '[data-close]' : 'a[data-dialog]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (open) return open.close();
  try {
    await show(byId('dialog'), 'innerHTML', await fragment(link.href, byId('dialog')));
    byId('dialog').showModal();
  } catch {
    location = link.href;
  }
});
on('dialog:close', () => byId('dialog')?.close());
all('dialog[data-open]').forEach(dialog => {
  dialog.close();
  dialog.showModal();
});

// A form is sent once; its button shows it.
const sent = new Map();
const release = form => {
  sent.get(form)?.();
  sent.delete(form);
};
on('submit', event => {
  const form = event.target, button = event.submitter, label = button?.innerHTML;
  if (form.method !== 'post') return;
  if (sent.has(form)) {
    event.preventDefault();
    return event.stopImmediatePropagation();
  }
  const working = yes => {
    if (!button) return;
    button.disabled = yes;
    button.ariaBusy = yes;
    button.innerHTML = yes && button.dataset.busy || label;
  };
  sent.set(form, () => working(false));
  if (button) button.style.minWidth = button.offsetWidth + 'px';
  setTimeout(() => sent.has(form) && working(true)); // a disabled button would not be sent along
}, true);
on('htmx:finally:request', event => release(event.detail.ctx.request.form));
addEventListener('pageshow', () => [...sent.keys()].forEach(release));

// A theme shows as soon as it is chosen.
on('change', ({target}) => {
  if (target.name === 'theme') document.documentElement.dataset.theme = target.value;
});

// Toasts go by themselves, unless there is an act or somebody looks.
const timed = new WeakSet();
const dismiss = toast => setTimeout(() => toast.matches(':hover') ? dismiss(toast) : toast.remove(), 6000);
const watch = () => all('.toast:not(:has(button, a))').forEach(toast => {
  if (!timed.has(toast)) dismiss(toast);
  timed.add(toast);
});
watch();
new MutationObserver(watch).observe(byId('toasts'), {childList: true});

// Live parts: a stream while the tab is seen; where it is silent, a look every 5 s. See src/ui/live.rs.
const heard = new WeakMap(), tried = new WeakMap();
const past = (times, part, span) => Date.now() - (times.get(part) || 0) > span;
const poll = async part => {
  try {
    const text = await fragment(part.dataset.poll, part, {signal: AbortSignal.timeout(4500)});
    if (part.isConnected && !document.hidden) show(part, 'innerMorph', text);
  } catch {}
};
const look = polls => document.hidden || all('[data-poll]').forEach(part => {
  if (part.querySelector('[data-over]')) return part.removeAttribute('data-poll');
  if (!part._htmx?.sse && past(tried, part, 30000)) {
    tried.set(part, Date.now());
    htmx.trigger(part, 'live');
  }
  if (polls && past(heard, part, 12000)) poll(part);
});
on('htmx:sse:after:message', event => heard.set(event.target, Date.now()));
on('htmx:sse:before:connection', event => {
  if (!document.hidden) return;
  tried.delete(event.target);
  event.preventDefault();
});
on('htmx:sse:after:connection', ({detail}) =>
  setTimeout(() => document.hidden && detail.connection.reader?.cancel()));
on('htmx:after:swap', () => look());
on('visibilitychange', () => look(true));
on('DOMContentLoaded', () => setTimeout(look));
setInterval(look, 5000, true);
