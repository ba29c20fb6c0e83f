/**
 * The styles of every page. They come first, so that a feature's rule of the same weight wins.
 *
 * Sheets are plain CSS, one or more for each feature. They are in no `@layer`: Chromium before 99, which phones still have
 * inside apps, drops everything in one. Tests keep what layers would: a class name belongs to one sheet (`styles.test`), and
 * sheets are imported as features may import each other (`arrows.test`).
 */
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/things.css';
import './styles/sheets.css';
import './styles/tabs.css';
