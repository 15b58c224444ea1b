"""The central authority's inbox in a browser: pages made here, acts done by the office that the command line uses."""
