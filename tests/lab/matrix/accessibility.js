// What of a page breaks a rule of WCAG 2.2 that can be computed, as sentences: contrast of text (1.4.3, at least 4.5),
// headings in order (1.3.1), names of controls (4.1.2), ids that occur twice, the page's language (3.1.1), landmarks.
() => {
  const parse = text => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return {r, g, b, a}; };
  const over = (top, below) => ({r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a), a: 1});
  const behind = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) layers.push(parse(getComputedStyle(each).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), {r: 255, g: 255, b: 255, a: 1});
  };
  const light = ({r, g, b}) => [r, g, b].map(value => value / 255)
    .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const wrong = new Set(), texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    const paper = behind(element), ink = over(parse(getComputedStyle(element).color), paper);
    const [high, low] = [light(ink), light(paper)].sort((a, b) => b - a), ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) wrong.add(`${element.localName}.${element.className}: ${ratio.toFixed(2)}`);
  }
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
    const next = Number(heading.localName[1]);
    if (next > level + 1 || (next === 1 && level)) wrong.add(`${heading.localName} "${heading.textContent}" after h${level}`);
    level = next;
  }
  for (const control of document.querySelectorAll('input, select, button, a, summary'))
    if (!(control.labels?.length || control.ariaLabel || control.textContent.trim())) wrong.add(`${control.outerHTML} has no name`);
  for (const picture of document.querySelectorAll('[role=img]'))
    if (!picture.ariaLabel) wrong.add(`${picture.outerHTML} has no name`);
  const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.add(`two elements have the id ${id}`);
  for (const place of document.querySelectorAll('[aria-labelledby]'))
    if (!document.getElementById(place.getAttribute('aria-labelledby'))) wrong.add(`${place.id}: nothing labels it`);
  if (!document.documentElement.lang) wrong.add('the page has no language');
  for (const landmark of ['header', 'main', 'footer', 'h1'])
    if (document.querySelectorAll(landmark).length !== 1) wrong.add(`not one ${landmark}`);
  return [...wrong];
}
