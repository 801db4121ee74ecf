// Hides every element with data-name that does not contain all the words typed.
const box = document.querySelector('input[type=search]');
if (box) box.addEventListener('input', () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const each of document.querySelectorAll('[data-name]'))
    each.hidden = !words.every(word => each.dataset.name.toLowerCase().includes(word));
});
// A link to a step opens whatever hides it.
const reveal = () => {
  const step = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let each = step; each; each = each.parentElement) if (each.tagName === 'DETAILS') each.open = true;
  if (step) step.scrollIntoView();
};
addEventListener('hashchange', reveal);
reveal();
