"""An MCP server: agents look at named files through a few tools, each a command of ftdata that writes nothing.

Every call runs the command in a process of its own, so that nothing it prints can get between the protocol's lines and
a call that takes too long can be ended. Only the files and folders that the server was started with can be read.
"""
