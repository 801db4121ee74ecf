// Search over everything, filters that stand in the address, sortable tables, light and dark. All of it is optional: the
// pages read without it.
'use strict';
const root = document.currentScript.dataset.root;
const words = text => text.toLowerCase().split(/\s+/).filter(Boolean);

// Light or dark: the system's choice unless the reader chose. Where a page may keep nothing, the choice ends with it.
const kept = {
  get() { try { return localStorage.getItem('theme'); } catch { return null; } },
  set(value) { try { localStorage.setItem('theme', value); } catch { /* not kept */ } },
};
const shade = document.documentElement.dataset;
if (kept.get()) shade.theme = kept.get();
const button = document.getElementById('theme');
const dark = () => shade.theme ? shade.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
const label = () => { button.textContent = dark() ? 'Light' : 'Dark'; button.ariaLabel = `Switch to ${dark() ? 'light' : 'dark'} colours`; };
button.hidden = false;
button.addEventListener('click', () => { shade.theme = dark() ? 'light' : 'dark'; kept.set(shade.theme); label(); });
label();

// The address keeps filters and order: parameters that say nothing are left out.
const parameters = () => new URLSearchParams(location.search);
const keep = (name, value) => {
  const now = parameters();
  if (value) now.set(name, value); else now.delete(name);
  const query = now.toString();
  history.replaceState(null, '', location.pathname + (query ? `?${query}` : '') + location.hash);
};

for (const form of document.querySelectorAll('form.filters')) {
  const rows = [...document.querySelectorAll(form.dataset.rows)];
  const controls = [...form.elements].filter(each => each.name);
  const apply = () => {
    let shown = 0;
    for (const row of rows) {
      const fits = controls.every(({name, value}) => !value || (name === 'q'
        ? words(value).every(word => row.dataset.name.toLowerCase().includes(word)) : row.dataset[name] === value));
      row.hidden = !fits;
      shown += fits;
    }
    form.querySelector('output').value = `${shown} of ${rows.length}`;
  };
  for (const control of controls) control.value = parameters().get(control.name) ?? '';
  form.addEventListener('input', event => { keep(event.target.name, event.target.value.trim()); apply(); });
  form.addEventListener('submit', event => event.preventDefault());
  apply();
}

// A click on a column's head sorts by it; another one turns the order around.
for (const table of document.querySelectorAll('table.matrix')) {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const value = (row, column) => {
    const cell = row.cells[column], text = cell.dataset.sort ?? cell.textContent.trim();
    return /^-?[\d,.]+/.test(text) ? parseFloat(text.replaceAll(',', '')) : text;
  };
  const order = (column, down) => {
    const compare = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
    body.append(...[...body.rows].sort((a, b) => (down ? -1 : 1) * compare(value(a, column), value(b, column))));
    heads.forEach((head, at) => { if (at === column) head.ariaSort = down ? 'descending' : 'ascending'; else head.removeAttribute('aria-sort'); });
  };
  heads.forEach((head, column) => {
    const sorter = document.createElement('button');
    sorter.type = 'button';
    sorter.append(...head.childNodes);
    head.append(sorter);
    sorter.addEventListener('click', () => {
      const down = head.ariaSort ? head.ariaSort === 'ascending' : head.classList.contains('number');
      order(column, down);
      keep('sort', `${down ? '-' : ''}${sorter.textContent}`);
    });
  });
  const asked = parameters().get('sort');
  const column = asked ? heads.findIndex(head => head.textContent === asked.replace(/^-/, '')) : -1;
  if (column >= 0) order(column, asked.startsWith('-'));
}

// Search: the index is a script beside the pages, fetched when the box is first used.
const box = document.getElementById('find'), list = document.getElementById('hits');
let entries = null, chosen = -1;
const fetchIndex = () => {
  if (entries) return;
  entries = [];
  const script = document.createElement('script');
  script.src = `${root}search.js`;
  script.onload = () => {
    for (const [service, operations] of Object.entries(window.parityIndex)) {
      entries.push({text: service, key: service, href: `${root}${service}.html`, note: `${operations.length} operations`});
      for (const [name, implemented, page] of operations) entries.push({
        text: `${service} ${name}`, key: name.toLowerCase(), note: implemented ? '' : 'not implemented',
        href: page ? `${root}${service}/${name.replace(/[^A-Za-z0-9_.-]+/g, '-')}.html` : `${root}${service}.html#${name}`,
      });
    }
    look();
  };
  document.head.append(script);
};
const look = () => {
  const asked = words(box.value);
  const rank = entry => entry.key === asked.at(-1) ? 0 : entry.key.startsWith(asked.at(-1)) ? 1 : 2;
  const hits = asked.length ? entries.filter(entry => asked.every(word => entry.text.toLowerCase().includes(word)))
    .sort((a, b) => rank(a) - rank(b) || a.text.length - b.text.length || a.text.localeCompare(b.text)).slice(0, 12) : [];
  list.replaceChildren(...hits.map((entry, at) => {
    const item = document.createElement('li'), link = document.createElement('a'), note = document.createElement('span');
    item.role = 'option';
    item.id = `hit-${at}`;
    link.href = entry.href;
    link.tabIndex = -1;
    link.textContent = entry.text;
    note.textContent = entry.note;
    item.append(link, note);
    return item;
  }));
  if (asked.length && entries.length && !hits.length) {
    const nothing = document.createElement('li');
    nothing.textContent = 'Nothing is called so.';
    list.append(nothing);
  }
  choose(hits.length ? 0 : -1);
  list.hidden = !asked.length || !list.childElementCount;
  box.ariaExpanded = String(!list.hidden);
};
const choose = at => {
  chosen = at;
  [...list.children].forEach((item, index) => { if (item.role) item.ariaSelected = String(index === at); });
  if (at >= 0) { box.setAttribute('aria-activedescendant', `hit-${at}`); list.children[at].scrollIntoView({block: 'nearest'}); }
  else box.removeAttribute('aria-activedescendant');
};
const close = () => { list.hidden = true; box.ariaExpanded = 'false'; };
box.addEventListener('focus', fetchIndex);
box.addEventListener('input', () => { fetchIndex(); look(); });
box.addEventListener('keydown', event => {
  const links = list.querySelectorAll('a');
  if (event.key === 'ArrowDown' && links.length) choose((chosen + 1) % links.length);
  else if (event.key === 'ArrowUp' && links.length) choose((chosen + links.length - 1) % links.length);
  else if (event.key === 'Escape') close();
  else return;
  event.preventDefault();
});
box.form.addEventListener('submit', event => {
  event.preventDefault();
  const link = list.querySelectorAll('a')[chosen];
  if (link && !list.hidden) location.href = link.href;
});
addEventListener('click', event => { if (!box.form.contains(event.target)) close(); });
addEventListener('keydown', event => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target.matches('input, select, textarea')) return;
  event.preventDefault();
  box.focus();
});

// A link to a step opens what hides it.
const reveal = () => {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let each = place; each; each = each.parentElement) if (each.tagName === 'DETAILS') each.open = true;
  if (place) place.scrollIntoView();
};
addEventListener('hashchange', reveal);
reveal();
