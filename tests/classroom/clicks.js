// Put at the end of a class's page by a test: clicks through it as a person does, and leaves what it saw as
// the text of the page, a line each.
(() => {
  const lines = [];
  const say = (name, value) => lines.push(`${name} ${value}`);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const is_seen = (element) => element.getClientRects().length > 0;
  const seen = () => all('.student').filter(is_seen);
  const names = () => seen().map((one) => one.querySelector('.name').textContent).join(' ');
  const type = (text) => {
    document.querySelector('input').value = text;
    document.querySelector('input').dispatchEvent(new Event('input'));
  };

  say('at first', names());
  say('open at first', all('.details').filter(is_seen).length);
  document.querySelector('[data-choose="5"][data-outcome=""][data-cause=""]').click();
  say('not passed', names());
  say('why', seen().every((one) => all('.why', one).filter(is_seen).map((why) => why.dataset.lab).join() === '5'));
  say('said', seen()[0].querySelector('.told .said').textContent);
  const first = seen()[0];
  first.querySelector('.name').click();
  say('details', all('.why', first).filter(is_seen).length === all('.why', first).length && is_seen(first.querySelector('.details .note')));
  document.querySelector('.clear').click();
  say('cleared', seen().length === all('.student').length);
  document.querySelector('[data-cause="nxe-missing"]').click();
  say('by cause', names());
  document.querySelector('.clear').click();
  type('wp-missing');
  say('by word', names());
  type('');
  const points = document.querySelectorAll('.students thead button')[1];
  points.click();
  say('by points', names());
  points.click();
  say('the other way', names());
  location.hash = document.querySelector('.look a').hash;
  setTimeout(() => {
    say('linked to', all('.student.open:target .name').map((name) => name.textContent).join());
    say('width', `${document.documentElement.scrollWidth <= innerWidth}`);
    document.body.textContent = `${lines.join('\n')}\n`;
  }, 50);
})();
