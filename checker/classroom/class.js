// Chooses, sorts and opens students. Without it everything stands open, in order of names.
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const students = all('.student');
  const words = new Map(students.map((one) => [one, one.textContent.toLowerCase()]));
  const search = document.querySelector('input');
  const clear = document.querySelector('.clear');
  const shown = document.querySelector('.shown');
  let chosen = null; // {lab, outcome, cause} of what was clicked

  const fits = (one) => {
    if (!words.get(one).includes(search.value.trim().toLowerCase())) return false;
    if (!chosen) return true;
    const cell = one.querySelector(`.cell[data-lab="${chosen.lab}"]`);
    if (!cell.dataset.outcome) return false;
    if (chosen.cause) return cell.dataset.cause === chosen.cause;
    return chosen.outcome ? cell.dataset.outcome === chosen.outcome : cell.dataset.outcome !== 'passed';
  };

  const show = () => {
    let count = 0;
    for (const one of students) {
      one.hidden = !fits(one);
      if (!one.hidden) count += 1;
      one.classList.toggle('telling', Boolean(chosen));
      for (const why of all('.why', one)) why.classList.toggle('told', Boolean(chosen) && why.dataset.lab === chosen.lab);
    }
    const what = chosen
      ? `, lab ${chosen.lab}: ${chosen.cause || chosen.outcome || 'not passed'}`
      : '';
    shown.textContent = `${count} of ${students.length}${what}`;
    clear.hidden = !chosen && search.value === '';
  };

  const open = (one, yes) => {
    one.classList.toggle('open', yes);
    one.querySelector('.name').setAttribute('aria-expanded', String(yes));
  };

  for (const button of all('[data-choose]')) {
    button.addEventListener('click', () => {
      chosen = { lab: button.dataset.choose, outcome: button.dataset.outcome, cause: button.dataset.cause };
      for (const other of all('.chosen')) other.classList.remove('chosen');
      button.classList.add('chosen');
      show();
      document.getElementById('students').scrollIntoView();
    });
  }
  clear.addEventListener('click', () => {
    chosen = null;
    search.value = '';
    for (const other of all('.chosen')) other.classList.remove('chosen');
    show();
  });
  search.addEventListener('input', show);

  for (const one of students) {
    one.querySelector('.line').addEventListener('click', () => {
      if (String(getSelection()) === '') open(one, !one.classList.contains('open'));
    });
  }

  // A second click turns the order round. Who is equal stays in order of names.
  const heads = all('.students thead th');
  heads.forEach((head, column) => {
    head.firstChild.addEventListener('click', () => {
      const order = head.ariaSort === 'ascending' ? 'descending' : 'ascending';
      for (const other of heads) other.ariaSort = 'none';
      head.ariaSort = order;
      const value = (one) => one.querySelector('.line').children[column].dataset.value ?? '-1';
      const compare = column === 0 ? (a, b) => a.localeCompare(b) : (a, b) => a - b;
      const sorted = [...students].sort((a, b) =>
        (order === 'ascending' ? 1 : -1) * compare(value(a), value(b)));
      document.querySelector('.students').append(...sorted);
    });
  });

  const open_target = () => {
    const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    if (!target || !students.includes(target)) return;
    chosen = null;
    search.value = '';
    show();
    open(target, true);
    target.scrollIntoView();
  };
  addEventListener('hashchange', open_target);

  document.documentElement.classList.add('js');
  show();
  open_target();
})();
