"""A notification service that behaves as its first argument says. It writes what it is asked to show
into the file of the second, a line of JSON each."""

import json
import os
import signal
import sys

import dbus
import dbus.lowlevel
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
behaviour, log = sys.argv[1:]


class Service(dbus.service.Object):
    count = 0

    @dbus.service.method(NAME, out_signature="as")
    def GetCapabilities(self):
        if behaviour == "useless":
            raise dbus.DBusException("no", name="org.example.No")
        return dbus.Array(
            [] if behaviour == "bare" else ["actions", "body", "body-markup", "sound"], signature="s")

    @dbus.service.method(NAME, out_signature="ssss")
    def GetServerInformation(self):
        return "scripted\033[31m", "tests", "1" * 100, "1.2"

    @dbus.service.method(NAME, in_signature="u")
    def CloseNotification(self, number):
        self.write({"close": number})
        self.NotificationClosed(number, 3)

    @dbus.service.method(
        NAME, in_signature="susssasa{sv}i", out_signature="u", sender_keyword="caller")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout, caller=None):
        self.write({
            "app": app, "replaces": replaces, "icon": icon, "summary": summary, "body": body,
            "actions": actions, "hints": hints, "timeout": timeout})
        if behaviour == "refusing":
            raise dbus.DBusException("no", name="org.example.No")
        if behaviour == "zero":
            return 0
        Service.count += 1
        if behaviour == "dying" and Service.count == 2:
            os._exit(1)
        number = replaces or Service.count
        if behaviour == "clicking":
            GLib.idle_add(self.click, number)
        if behaviour == "rude":
            GLib.idle_add(self.confuse, number, caller)
        return number

    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, number, key):
        pass

    @dbus.service.signal(NAME, signature="us")
    def ActivationToken(self, number, token):
        pass

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, number, reason):
        pass

    def click(self, number):
        self.ActivationToken(number, "token-1")
        self.ActionInvoked(number, "open")
        self.NotificationClosed(number, 2)

    def confuse(self, number, caller):
        """Everything that is no click on this notification; then it is closed."""
        # Anybody on the bus may send a signal, to everybody or to the one it should fool.
        other = dbus.bus.BusConnection(os.environ["DBUS_SESSION_BUS_ADDRESS"])
        for target in None, caller:
            for member, last in ("ActionInvoked", "default"), ("NotificationClosed", dbus.UInt32(2)):
                message = dbus.lowlevel.SignalMessage(PATH, NAME, member)
                message.append(dbus.UInt32(number), last)
                if target:
                    message.set_destination(target)
                other.send_message(message)
        # The bus has passed them on once it answers this.
        other.list_names()
        self.ActionInvoked(number + 1, "default")
        self.ActionInvoked(number, "nonsense")
        self.ActivationToken(number, "x" * 10_000)
        for signature, arguments in ("s", ["default"]), ("su", ["default", number]), ("", []):
            message = dbus.lowlevel.SignalMessage(PATH, NAME, "ActionInvoked")
            message.append(*arguments, signature=signature)
            self.connection.send_message(message)
        self.write({"confused": number})
        self.NotificationClosed(number, 2)

    def write(self, line):
        with open(log, "a") as file:
            file.write(json.dumps(line) + "\n")


loop = dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
service = Service(bus, PATH)
name = dbus.service.BusName(NAME, bus)
if behaviour == "silent":
    signal.pause()
GLib.MainLoop().run()
