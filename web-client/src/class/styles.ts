/** The styles of the class, in one list because their order counts. */
import './top.css';
import './stage/stage.css';
import './bar.css';
import './chat/chat.css';
import './people/people.css';
import './devices/device-check.css';
import './checks/class-check.css';
import './polls/polls.css';
import './polls/fullscreen.css';
import './minutes/minutes.css';
import './lesson.css'; // Last: it says what changes with the size of the window.
