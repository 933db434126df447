/** Opens pictures large: the page's only script, and nothing on the page needs it to be read. */
import { type Html, html } from './html.js';

/** Empty until a picture is opened; the browser closes it on Escape. */
export const viewerDialog = (): Html =>
  html`<dialog class="viewer" aria-label="Picture"><figure><div class="stage" tabindex="-1"><img alt=""></div><figcaption aria-live="polite"></figcaption><div class="tools"><button type="button" data-move="-1" aria-label="Previous picture">‹</button><button type="button" data-zoom aria-label="Full size, or fitted to the window">⤢</button><button type="button" data-move="1" aria-label="Next picture">›</button><button type="button" data-close aria-label="Close">✕</button></div></figure></dialog>`;

export const viewerScript = `
const viewer = document.querySelector('.viewer');
const image = viewer.querySelector('img');
const caption = viewer.querySelector('figcaption');
let gallery = [];
let at = 0;
const show = (index) => {
  at = (index + gallery.length) % gallery.length;
  const picture = gallery[at].querySelector('img');
  image.src = picture.src;
  image.alt = picture.alt;
  const text = gallery[at].closest('figure').querySelector('figcaption').textContent;
  caption.textContent = text + ' (' + (at + 1) + ' of ' + gallery.length + ')';
  viewer.classList.remove('full');
};
document.addEventListener('click', (event) => {
  const button = event.target.closest('button.open');
  if (button) {
    gallery = [...button.closest('.gallery').querySelectorAll('button.open')];
    show(gallery.indexOf(button));
    viewer.showModal();
  } else if (event.target.closest('[data-move]')) show(at + Number(event.target.closest('[data-move]').dataset.move));
  else if (event.target === image || event.target.closest('[data-zoom]')) viewer.classList.toggle('full');
  else if (event.target.closest('[data-close], .stage')) viewer.close();
});
viewer.addEventListener('keydown', (event) => {
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
  if (step === undefined || viewer.classList.contains('full')) return;
  event.preventDefault();
  show(at + step);
});
viewer.addEventListener('close', () => {
  gallery[at].focus();
  image.removeAttribute('src');
});
`;
