"""alertrouter receives alerts, decides who must hear of them and when, and tells them.

What to read, in this order (about half an hour):

1. ``model/alert.py``, ``model/labels.py``, ``model/route.py``: the nouns.
2. ``engine/events.py`` and ``engine/commands.py``: all that can happen, all that can be asked for.
3. ``engine/core.py``, then ``engine/repeats.py``: the decision.
4. ``runtime/driver.py``: the only place where a decision meets the world.
5. ``channels/slack.py``: what one way of reaching people costs.

Imports point down only: cli, web, runtime | simulation, config, engine | channels | stores,
rendering | wire, model, errors.
"""

__version__ = "0.1.0"
